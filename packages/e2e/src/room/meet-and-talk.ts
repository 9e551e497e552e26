import { expect, test } from "vitest";
import { meetingServer, type MeetingServer } from "../actors/meeting-server.js";
import { startActor, type RunningActor } from "../actors/start-actor.js";
import type { BrowserName, TestBrowser } from "../browser/index.js";
import type * as actor from "./actor.js";

type Member = RunningActor<typeof actor>;

const ENTRY = new URL("./actor.ts", import.meta.url);
const FILE_BYTES = 16 * 1_048_576;

/** What the other side makes of `sendEachKind`, in order. */
const EACH_KIND = [
  { kind: "String", text: "grüße 👋", size: 12, info: { n: 1 } },
  { kind: "String", text: "", size: 0 },
  { kind: "ArrayBuffer", text: "1,2,3", size: 3 },
  { kind: "ArrayBuffer", text: "0,0,192,63", size: 4 },
  { kind: "ArrayBuffer", text: "0,0,0,0", size: 4 },
  { kind: "Blob", text: "text/plain blob", size: 4 },
  { kind: "File", text: "ä.txt text/css 1000 file", size: 4 },
  { kind: "Object", text: '{"deep":[1,null,"x"]}', size: 21 },
  { kind: "ArrayBuffer", text: "7,8,9" },
  { kind: "ArrayBuffer", text: "10,11" },
];

type Place = BrowserName | "node";

let server: MeetingServer;

/** For a file of tests. */
export function setStage(): void {
  server = meetingServer();
}

/** Join, chat in each kind and a file, both ways, leave. The first of the two joins first. */
async function meetAndTalk(first: Member, second: Member, room: string): Promise<void> {
  await first.call("join", server.url, room, "first");
  await second.call("join", server.url, room, "second");
  expect(await first.call("meet")).toEqual([{ metadata: { name: "second" }, state: "connected" }]);
  expect(await second.call("meet")).toEqual([{ metadata: { name: "first" }, state: "connected" }]);
  for (const [from, to] of [
    [first, second],
    [second, first],
  ] as const) {
    await from.call("sendEachKind");
    const sent = (await from.call("sendFile", FILE_BYTES)) as { hash: string; last: unknown };
    expect(sent.last).toEqual({ current: FILE_BYTES, total: FILE_BYTES, done: true });
    const got = await to.call("messages", EACH_KIND.length + 1);
    expect(got.slice(0, -1)).toEqual(EACH_KIND.map((message) => expect.objectContaining(message)));
    expect(got.at(-1)).toMatchObject({ kind: "File", text: sent.hash, size: FILE_BYTES });
  }
  expect(await second.call("leave")).toEqual([]);
  expect(await first.call("farewell")).toBe("left");
  expect(await first.call("leave")).toEqual([]);
  await Promise.all([first.close(), second.close()]);
}

/** Two of these places, the first of which joins first. */
export function meeting(a: Place, b: Place, browser: (name: BrowserName) => TestBrowser): void {
  const start = (place: Place): Promise<Member> => startActor(ENTRY, place === "node" ? "node" : browser(place));
  test(`${a} joins first, then ${b}`, async () => {
    await meetAndTalk(await start(a), await start(b), `${a} ${b}`);
  });
}

/** A page of Chromium without a secure context, and Node. */
export function insecureMeeting(browser: (name: BrowserName) => TestBrowser): void {
  test("a plain-http page that is no secure context, and Node", async () => {
    await meetAndTalk(
      await startActor<typeof actor>(ENTRY, browser("chromium"), { insecure: true }),
      await startActor(ENTRY, "node"),
      "insecure",
    );
  });
}
