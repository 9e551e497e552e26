import { expect, test } from "vitest";
import { meetingServer, type MeetingServer } from "../actors/meeting-server.js";
import { startActor, type RunningActor } from "../actors/start-actor.js";
import type { TestBrowser } from "../browser/index.js";
import type * as actor from "./requests.member.js";

type Member = RunningActor<typeof actor>;

const ENTRY = new URL("./requests.member.ts", import.meta.url);
const PIPE_BYTES = 8 * 1_048_576;

const ECHOES = [
  'String "grüße 👋"',
  'Object {"deep":[1,null,"x"]}',
  "ArrayBuffer 1,2,3",
  "Blob text/plain blob",
  "File ä.txt file",
  "ArrayBuffer 115,116,114,101,97,109,101,100",
  "Undefined undefined",
  'String ""',
];

let server: MeetingServer;

/** For a file of tests. */
export function setStage(): void {
  server = meetingServer();
}

async function bothAsk(first: Member, second: Member, room: string): Promise<void> {
  await first.call("join", server.url, room, "first");
  await second.call("join", server.url, room, "second");
  for (const [from, to] of [
    [first, second],
    [second, first],
  ] as const) {
    expect(await from.call("echoes")).toEqual(ECHOES);
    expect(await from.call("pipe", PIPE_BYTES)).toBe(PIPE_BYTES);
    // The sum of 0 to 999, and 1 more each.
    expect(await from.call("sums", 1_000)).toBe(499_500 + 1_000);
    expect(await from.call("failures")).toEqual({
      nothing: "undefined",
      refused: { code: "REQUEST_FAILED", message: "not for you", remoteCode: "E_FORBIDDEN", leaks: false },
      unknown: "NO_RESPONDER",
      unsendable: "UNSUPPORTED_PAYLOAD",
      timeout: "REQUEST_TIMEOUT",
      all: [42, "UNKNOWN_REMOTE"],
    });
    expect(await from.call("giveUp")).toBe("ABORTED");
    // Of the timeout and of giving up.
    expect(await to.call("stopped", 2)).toBe(0);
  }
  const forever = first.call("askForever");
  // Only when its request is there: an answer to ours comes after it.
  await first.call("sums", 1);
  expect(await second.call("leave")).toEqual([]);
  expect(await forever).toBe("CONNECTION_CLOSED");
  expect(await first.call("leave")).toEqual([]);
  await Promise.all([first.close(), second.close()]);
}

/** One test: requests between these two. */
export function asking(first: () => "node" | TestBrowser, second: () => "node" | TestBrowser): void {
  test("each asks the other: payloads, streams, many at once, failures, giving up, gone", async ({ task }) => {
    await bothAsk(await startActor(ENTRY, first()), await startActor(ENTRY, second()), task.id);
  });
}
