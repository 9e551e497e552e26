import { expect, it } from "vitest";
import { readEventStream, type StreamEvent } from "./event-stream.js";

/** What is read when `text` comes in pieces of so many bytes. */
async function read(text: string, size: number): Promise<StreamEvent[]> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
  const events: StreamEvent[] = [];
  for await (const event of readEventStream(body)) events.push(event);
  return events;
}

it.each([1, 2, 3, 7, 1_000])("reads the same whatever the pieces: %i bytes each", async (size) => {
  const text = [
    ": a comment\n\n",
    "id: 1\ndata: one\n\n",
    "data:two\r\ndata:  lines\r\n\r\n",
    "event: update\rid: 3\rretry: 10\rdata\r\r",
    "id: 4\n\n",
    "data: 日本 🦜\n\n",
    "data: never ended\n",
  ].join("");
  expect(await read(text, size)).toEqual([
    { id: "1", data: "one" },
    { id: "1", data: "two\n lines" },
    { id: "3", data: "" },
    { id: "4", data: "日本 🦜" },
  ]);
});
