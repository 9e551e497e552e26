// The same in Node and in a page.
import { Peer, WebSocketDriver, type RemotePeer } from "peerhood";

let peer: Peer;
let driver: WebSocketDriver;
const events: string[] = [];
const lines: { readonly text: string; readonly atMs: number }[] = [];
const files: string[] = [];
let timer: ReturnType<typeof setInterval> | undefined;
let said = 0;

/** Two hashes of 32 bits, enough to tell a file from one with a hole: a page on plain http has no WebCrypto. */
class Hash {
  #a = 0x81_1c_9d_c5;
  #b = 0;

  update(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.#a = Math.imul(this.#a ^ byte, 0x01_00_01_93);
      this.#b = (Math.imul(this.#b, 31) + byte) | 0;
    }
  }

  get text(): string {
    return `${this.#a >>> 0} ${this.#b >>> 0}`;
  }
}

export async function join(url: string): Promise<void> {
  driver = new WebSocketDriver(url);
  peer = new Peer({ driver });
  peer.on("connection", (event) => {
    events.push(event.name.slice(11) + (event.name === "connection:connected" && event.resumed ? " again" : ""));
  });
  peer.on("channel:message", async ({ label, data }) => {
    if (label === "chat") lines.push({ text: String(await data), atMs: Date.now() });
    else {
      const hash = new Hash();
      for await (const chunk of data) hash.update(chunk);
      files.push(hash.text);
    }
  });
  await Promise.all([peer.open("chat"), peer.open("files")]);
  const met = new Promise((resolve) => void peer.once("connection:connected", resolve));
  await peer.join("continuity");
  await met;
}

/** 20 lines a second, until `quiet`. */
export function chat(): void {
  timer = setInterval(() => void peer.send(`line ${said++}`, "chat").catch(() => {}), 50);
}

/** Resolves with how many lines there were, once the other side has them. */
export async function quiet(): Promise<number> {
  clearInterval(timer);
  await peer.send(`line ${said++}`, "chat");
  return said;
}

/** Sends so many bytes, as fast as they are taken; resolves with their hash when they have arrived. */
export async function sendFile(bytes: number, seed: number): Promise<string> {
  const hash = new Hash();
  async function* content(): AsyncGenerator<Uint8Array> {
    for (let left = bytes, n = seed; left > 0; left -= 65_536) {
      const chunk = new Uint8Array(Math.min(left, 65_536));
      for (let i = 0; i < chunk.length; i += 4) chunk[i] = n = (n * 1_103_515_245 + 12_345) & 0xff_ff;
      hash.update(chunk);
      yield chunk;
    }
  }
  // Why it failed with that one remote, not that it failed with one.
  await Promise.resolve(peer.send(content(), "files")).catch(({ errors: [error] }: AggregateError) => {
    throw error;
  });
  return hash.text;
}

export function heard(): readonly { readonly text: string; readonly atMs: number }[] {
  return lines;
}

/** Number of the next line that is said here. */
export function next(): number {
  return said;
}

/** When that line of the other side's came; waits for it. */
export async function heardLine(number: number): Promise<number> {
  for (;;) {
    const line = lines[number];
    if (line !== undefined) return line.atMs;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function received(): readonly string[] {
  return files;
}

export function seen(): readonly string[] {
  return events;
}

export function states(): readonly RemotePeer["state"][] {
  return [...peer.remotes.values()].map(({ state }) => state);
}

/** Resolves when the other side is connected, at once if it is. */
export async function settled(): Promise<void> {
  for (const remote of peer.remotes.values()) {
    if (remote.state !== "connected") {
      await new Promise((resolve) => void remote.once("connection:connected", resolve));
    }
  }
}

export async function leave(): Promise<void> {
  clearInterval(timer);
  await peer.leave();
  await driver.close();
}
