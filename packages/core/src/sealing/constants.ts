/** Bytes of X25519 keys, of shared secrets and of what is derived from them (RFC 7748, RFC 8439). */
export const KEY_BYTES = 32;
