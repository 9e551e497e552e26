import { encodeBase32 } from "../util/base32.js";

/**
 * The topic of a room: HMAC-SHA256 with the key `peerhood/topic/1` over the name in UTF-8, as 52 characters of
 * lower-case base32. A broker can not read the name in it, but can try names; give private rooms names that nobody
 * guesses. All topics of a room are `<roomTopic>/<suffix>`.
 */
export async function roomTopic(room: string): Promise<string> {
  // Not WebCrypto: a page on plain http has none, and one code path for all is easier to trust.
  const { hmacSha256 } = await import("./hash.js");
  const encoder = new TextEncoder();
  return encodeBase32(hmacSha256(encoder.encode("peerhood/topic/1"), encoder.encode(room)));
}
