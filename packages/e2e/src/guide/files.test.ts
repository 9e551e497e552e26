// What the guide about files shows, with real files and real connections.
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, openAsBlob } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryDriver, Peer, type ChannelMessageEvent, type RemotePeer } from "peerhood";
import { afterEach, beforeEach, expect, it } from "vitest";
import { receiveFile, sendFile, sendReadable, sendRest } from "./files.js";

const FILE_BYTES = 20_000_000;
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

let folder: string;
let inbox: string;
let sender: Peer;
let receiver: Peer;
let remote: RemotePeer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "peerhood-files-"));
  inbox = join(folder, "inbox");
  await mkdir(inbox);
  const driver = new MemoryDriver();
  sender = new Peer({ driver });
  receiver = new Peer({ driver });
  await Promise.all([sender.open("files"), receiver.open("files")]);
  const opened = new Promise<RemotePeer>((resolve) => {
    sender.once("channel:open", (event) => resolve(event.remote));
  });
  await sender.join("guide");
  await receiver.join("guide");
  remote = await opened;
});
afterEach(async () => {
  await Promise.all([sender.leave(), receiver.leave()]);
  await rm(folder, { recursive: true });
});

/** The next message, written to disk; how that ends. */
function nextFile(): Promise<string> {
  return new Promise((resolve, reject) => {
    receiver.once("channel:message", (event: ChannelMessageEvent) => {
      receiveFile(event, inbox).then(resolve, reject);
    });
  });
}

async function writeNoise(name: string): Promise<{ path: string; bytes: Buffer }> {
  const bytes = randomBytes(FILE_BYTES);
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { path, bytes };
}

it("sends a file from disk as a Blob, and writes it to disk", async () => {
  const { path, bytes } = await writeNoise("noise.bin");
  const arrived = nextFile();
  await sendFile(remote, path);
  expect(await arrived).toBe(join(inbox, "noise.bin"));
  expect(sha256(await readFile(join(inbox, "noise.bin")))).toBe(sha256(bytes));
});

it("sends a readable stream, and a part of a file", async () => {
  const { path, bytes } = await writeNoise("noise.bin");
  const whole = nextFile();
  await sendReadable(remote, createReadStream(path), "whole.bin");
  expect(sha256(await readFile(await whole))).toBe(sha256(bytes));
  const rest = nextFile();
  await sendRest(remote, path, 5_000_000);
  expect(sha256(await readFile(await rest))).toBe(sha256(bytes.subarray(5_000_000)));
});

it("keeps to its folder, and writes over nothing", async () => {
  await writeFile(join(inbox, "mine.txt"), "mine");
  for (const name of ["../../mine.txt", "mine.txt"]) {
    const arrived = nextFile();
    const sent = remote.send("theirs", { label: "files", info: { name } });
    await expect(arrived).rejects.toMatchObject({ code: "EEXIST" });
    // As short as it is it may have arrived before it was refused; it does not hang.
    await Promise.allSettled([sent]);
  }
  expect(await readdir(inbox)).toEqual(["mine.txt"]);
  expect(await readFile(join(inbox, "mine.txt"), "utf8")).toBe("mine");
});

it("leaves no part of a file whose sender gives up", async () => {
  const arrived = nextFile();
  const abort = new AbortController();
  async function* half(): AsyncGenerator<Uint8Array> {
    yield randomBytes(1_000_000);
    yield randomBytes(1_000_000);
    abort.abort();
    yield randomBytes(1_000_000);
  }
  const sent = remote.send(half(), { label: "files", info: { name: "half.bin" }, signal: abort.signal });
  await expect(sent).rejects.toMatchObject({ code: "ABORTED" });
  await expect(arrived).rejects.toMatchObject({ name: "PeerhoodError" });
  expect(await readdir(inbox)).toEqual([]);
});

it("fails, rather than send half of each, when the file changes meanwhile", async () => {
  const { path } = await writeNoise("noise.bin");
  const blob = await openAsBlob(path);
  const arrived = nextFile();
  await writeFile(path, "shorter");
  await expect(remote.send(blob, "files")).rejects.toMatchObject({ code: "SOURCE_FAILED" });
  await expect(arrived).rejects.toMatchObject({ name: "PeerhoodError" });
});
