import { expect, test } from "vitest";
import { meetingServer } from "../actors/meeting-server.js";
import { startActor, type RunningActor } from "../actors/start-actor.js";
import { describeEachBrowser, describeWith, type TestBrowser } from "../browser/index.js";
import type * as actor from "./payloads.member.js";

type Member = RunningActor<typeof actor>;

const ENTRY = new URL("./payloads.member.ts", import.meta.url);
const INFOS = [null, false, 0, -1.5, "", "grüße 👋", [], {}, [null, [1]], { deep: { er: ["x", null, true] } }];
/** A page that sums 32 MB byte by byte, on a machine that does other things as well. */
const TIMEOUT_MS = 120_000;
const MAX_META_BYTES = 49_152;
const FILE_BYTES = 16 * 1_048_576;
/** What a sender may be ahead of the other side: the largest window (8 MiB), what it reads ahead, and a slice. */
const MAX_AHEAD_BYTES = 10 * 1_048_576;

const server = meetingServer();

const NOTHINGS = [
  { kind: "String", text: '""', size: 0 },
  { kind: "ArrayBuffer", text: "", size: 0 },
  { kind: "ArrayBuffer", text: "", size: 0 },
  { kind: "ArrayBuffer", text: "", size: 0 },
  { kind: "Blob", text: " text/css  0:0", size: 0 },
  { kind: "File", text: "empty.txt text/plain 7 0:0", size: 0 },
  { kind: "ArrayBuffer", text: "" },
  { kind: "ArrayBuffer", text: "" },
  { kind: "ArrayBuffer", text: "" },
  { kind: "Null", text: "null", size: 4 },
  { kind: "Array", text: "[]", size: 2 },
  { kind: "Object", text: "{}", size: 2 },
];

async function exchange(from: Member, to: Member): Promise<void> {
  await from.call("sendNothings");
  expect(await to.call("take", NOTHINGS.length)).toEqual(
    NOTHINGS.map((nothing) => expect.objectContaining({ ...nothing, info: "0" })),
  );

  expect(await from.call("sendInfos", INFOS)).toBe("INVALID_ARGUMENT");
  const infos = (await to.call("take", INFOS.length + 1)).map(({ info }) => info);
  expect(infos.slice(0, -1)).toEqual(INFOS.map((info) => JSON.stringify(info)));
  expect(infos.at(-1)).toHaveLength(MAX_META_BYTES - '{"info":}'.length);

  const { largest, ahead } = await from.call("sendSlices");
  expect(largest).toBeLessThanOrEqual(1_048_576);
  expect(ahead).toBeLessThan(MAX_AHEAD_BYTES);
  expect(await to.call("take", 1)).toEqual([
    { kind: "File", bytes: FILE_BYTES, text: `huge.bin video/none 9 ${fileSum()}`, size: FILE_BYTES },
  ]);

  expect(await from.call("sendStreams")).toBe("SOURCE_FAILED");
  const [short, iterated, long, longIterated, noBytes] = await to.call("take", 5);
  expect(short).toEqual({ kind: "ArrayBuffer", bytes: 7, text: "1,2,3,4,0,195,169" });
  expect(iterated).toEqual(short);
  expect(long).toMatchObject({ kind: "ArrayBuffer", bytes: 3_000_000 });
  expect(longIterated).toEqual(long);
  expect(noBytes).toMatchObject({ kind: "PeerhoodError" });
}

/** As the member sums what it has got. */
function fileSum(): string {
  let a = 0;
  let b = 0;
  for (let index = 0; index < FILE_BYTES; index++) {
    a = (a + ((index * 31) & 255)) % 65_535;
    b = (b + a) % 65_535;
  }
  return `${a}:${b}`;
}

async function bothWays(first: Member, second: Member, room: string): Promise<void> {
  await first.call("join", server.url, room, "first");
  await second.call("join", server.url, room, "second");
  await Promise.all([first.call("met"), second.call("met")]);
  await exchange(first, second);
  await exchange(second, first);
  for (const member of [first, second]) expect(await member.call("leave")).toEqual([]);
  await Promise.all([first.close(), second.close()]);
}

const title = "nothing of each kind, any info, a file in slices, streams";
describeWith([], "payloads between two Node processes", () => {
  test(
    title,
    async () => {
      await bothWays(await startActor(ENTRY, "node"), await startActor(ENTRY, "node"), "node");
    },
    TIMEOUT_MS,
  );
});
describeEachBrowser("payloads between Node and a page", (browser: () => TestBrowser, name) => {
  test(
    title,
    async () => {
      await bothWays(await startActor(ENTRY, browser()), await startActor(ENTRY, "node"), name);
    },
    TIMEOUT_MS,
  );
});
