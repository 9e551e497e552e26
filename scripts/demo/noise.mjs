import { createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";

const CHUNK_BYTES = 1024 * 1024;

/**
 * Fills a file with random bytes: nothing that could be compressed, guessed or left over from the last time.
 * @param {string} path
 * @param {number} bytes
 */
export async function writeNoise(path, bytes) {
  await pipeline(function* () {
    for (let left = bytes; left > 0; left -= CHUNK_BYTES) yield randomBytes(Math.min(left, CHUNK_BYTES));
  }, createWriteStream(path));
}

/**
 * SHA-256 of what is on the disk.
 * @param {string} path
 */
export async function sha256OfFile(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), hash);
  return hash.digest("hex");
}
