/**
 * SHA-256 of prefix and topic, for brokers whose names are shorter than topics, or are read by strangers. Loaded when it
 * is needed, as clients are.
 */
export async function topicHash(prefix: string, topic: string): Promise<Uint8Array> {
  const { sha256 } = await import("@noble/hashes/sha2.js");
  return sha256(new TextEncoder().encode(`${prefix}/${topic}`));
}
