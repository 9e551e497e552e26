import { createCipheriv, createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { onTestFinished } from "vitest";

/** Thousands of files on a disk that is busy. */
const REMOVE_WITHIN_MS = 60_000;

/** An empty folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "peerhood-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }), REMOVE_WITHIN_MS);
  return folder;
}

/** Bytes that are the same for the same seed, and compress to nothing smaller. */
export function bytesOf(seed: number, length: number): Buffer {
  return createCipheriv("aes-128-ctr", Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(length));
}

export function write(path: string, bytes: Uint8Array | string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** SHA-256 of each file below, by path; of a folder that is empty `"folder"`. */
export function contents(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const path = join(folder, entry);
    if (statSync(path).isFile()) {
      found[relative(folder, path)] = createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);
    } else if (readdirSync(path).length === 0) found[relative(folder, path)] = "folder";
  }
  return found;
}
