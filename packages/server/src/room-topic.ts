import { createHmac } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * The topic of a room, as `roomTopic` of `peerhood` gives it: what a token must name to let its bearer into that room.
 * HMAC-SHA256 with the key `peerhood/topic/1` over the name in UTF-8, in lower-case base32: 52 characters.
 * @example
 * await new SignJWT({ topics: [roomTopic("lobby")] }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h")
 */
export function roomTopic(room: string): string {
  const digest = createHmac("sha256", "peerhood/topic/1").update(room, "utf8").digest();
  let [text, bits, value] = ["", 0, 0];
  for (const byte of digest) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) text += ALPHABET.charAt((value >> (bits -= 5)) & 31);
  }
  return text + ALPHABET.charAt((value << (5 - bits)) & 31);
}

/** The part of a topic that names its room: all before the first "/". */
export function roomOf(topic: string): string {
  const end = topic.indexOf("/");
  return end < 0 ? topic : topic.slice(0, end);
}
