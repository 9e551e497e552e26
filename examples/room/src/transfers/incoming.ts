import type { ChannelMessageEvent } from "peerhood";
import { nameOf } from "../people.js";
import { clean } from "../profile.js";
import { inWords } from "../words.js";
import type { FileTransfer } from "./file-transfer.js";
import { Leg } from "./leg.js";

/** Chunks are folded into one Blob this often, which lets the browser keep the file on disk instead of in memory. */
const FOLD_BYTES = 8 * 1024 * 1024;

/** Takes the file of a `channel:message` in as it arrives. */
export function receiveFile({ remote, data, info, size }: ChannelMessageEvent): FileTransfer {
  const name = clean((info as { name?: unknown } | undefined)?.name) || "file without a name";
  const reader = data.getReader();
  const leg = new Leg(nameOf(remote), size, () => void reader.cancel().catch(() => {}));
  return { direction: "in", name, size, legs: [leg], finished: collect(reader, leg, name) };
}

async function collect(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  leg: Leg,
  name: string,
): Promise<Blob | undefined> {
  const type = typeOf(name);
  let whole: Blob = new Blob([], { type });
  let parts: BlobPart[] = [];
  let unfolded = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value as Uint8Array<ArrayBuffer>);
      unfolded += value.length;
      leg.advance(leg.current + value.length);
      if (unfolded < FOLD_BYTES) continue;
      whole = new Blob([whole, ...parts], { type });
      parts = [];
      unfolded = 0;
    }
  } catch (error) {
    leg.end("failed", inWords(error));
    return undefined;
  }
  // A cancelled reader ends like a finished one.
  if (!leg.active) return undefined;
  leg.end("done");
  return new Blob([whole, ...parts], { type });
}

const PICTURES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
};

/**
 * Pixels may be shown; everything else is only bytes to save. A sender's HTML or SVG must never be opened under
 * this page's address, where it could do what the page can.
 */
function typeOf(name: string): string {
  const extension = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  return PICTURES[extension] ?? "application/octet-stream";
}

export function isPicture(blob: Blob): boolean {
  return blob.type.startsWith("image/");
}
