import { SimulatedStream, SimulatedTrack } from "@peerhood/testing";
import { expect, test } from "vitest";
import type { ConnectionMedia, MediaSender } from "./connection-media.js";
import type { MediaMessage } from "./media-messages.js";
import type { MediaKind, MediaStreamTrackLike } from "./media-types.js";
import { RemoteMedia } from "./remote-media.js";
import { camera, playing } from "./testing/media-room.js";
import { TrackLedger } from "./track-ledger.js";

/** One end of a connection: what its senders send is what the other end has, at once. */
class End implements ConnectionMedia {
  readonly demand = { audio: 0, video: 0 };
  readonly pending = false;
  readonly incoming = new Map<string, MediaStreamTrackLike>();
  readonly sent: (SimulatedTrack | null)[] = [];
  other: End | undefined;

  reserve(): void {}

  createSender(kind: MediaKind): MediaSender {
    const index = this.sent.push(null) - 1;
    const mid = String(index);
    this.other?.incoming.set(mid, new SimulatedTrack(kind, `arriving ${mid}`, () => this.sent[index] ?? null));
    const replaceTrack = async (track: MediaStreamTrackLike | null): Promise<void> => {
      this.sent[index] = track as SimulatedTrack | null;
    };
    return { kind, mid, replaceTrack, setParameters: async () => {} };
  }
}

function connect(): [End, End] {
  const [a, b] = [new End(), new End()];
  [a.other, b.other] = [b, a];
  return [a, b];
}

/** Two members that meet over one connection after another; what is told while there is none is lost. */
function pair() {
  const events: string[] = [];
  const told: MediaMessage[] = [];
  const problems: unknown[] = [];
  let isUp = false;
  const side = (to: () => RemoteMedia, log: string[]): RemoteMedia =>
    new RemoteMedia({
      ledger: new TrackLedger(),
      negotiate: () => problems.push("negotiate"),
      tell: (message) => {
        told.push(message);
        if (isUp) to().receiveMessage(message);
      },
      onError: (error) => problems.push(error),
      onViolation: (error) => problems.push(error),
      createStream: () => new SimulatedStream("shown"),
      fire: (name, { label }) => log.push(`${name} ${label}`),
    });
  const from: RemoteMedia = side(() => to, []);
  const to: RemoteMedia = side(() => from, events);
  return {
    from,
    to,
    told,
    problems,
    takeEvents: () => events.splice(0),
    shown: () => Object.fromEntries([...to.streams].sort().map(([label, stream]) => [label, playing(stream)])),
    async up(): Promise<[End, End]> {
      const ends = connect();
      isUp = true;
      to.attach(ends[1]);
      from.attach(ends[0]);
      await new Promise(setImmediate);
      return ends;
    },
    down(): void {
      isUp = false;
      from.detach();
      to.detach();
    },
  };
}

test("a stream outlives its connection: the same object, with the tracks of the next one", async () => {
  const { from, to, up, down, shown, takeEvents, problems } = pair();
  await up();
  from.share({ label: "camera", stream: camera("one", "audio", "video") });
  await new Promise(setImmediate);
  const stream = to.streams.get("camera");
  const tracks = stream?.getTracks() ?? [];
  expect(takeEvents()).toEqual(["stream:add camera", "track:add camera", "track:add camera"]);
  down();
  expect(to.streams.get("camera")).toBe(stream);
  expect(stream?.getTracks()).toEqual(tracks);
  expect(takeEvents()).toEqual([]);
  await up();
  expect(to.streams.get("camera")).toBe(stream);
  expect(stream?.getTracks().some((track) => tracks.includes(track))).toBe(false);
  expect(shown()).toEqual({ camera: ["one audio", "one video"] });
  const changes = takeEvents();
  expect(changes.filter((event) => event === "track:remove camera").length).toBe(2);
  expect(changes.filter((event) => event === "track:add camera").length).toBe(2);
  expect(changes.length).toBe(4);
  expect(problems).toEqual([]);
});

test("what is shared, updated and unshared while there is no connection goes over the next", async () => {
  const { from, to, up, down, shown, takeEvents, told, problems } = pair();
  await up();
  const gone = camera("gone", "video");
  from.share({ label: "gone", stream: gone, managed: true });
  from.share({ label: "camera", stream: camera("one", "video") });
  await new Promise(setImmediate);
  down();
  told.length = 0;
  takeEvents();
  expect(from.unshare("gone")).toBe(gone);
  expect(gone.getTracks().map(({ readyState }) => readyState)).toEqual(["ended"]);
  from.share({ label: "camera", stream: camera("two", "video") });
  from.share({ label: "screen", stream: camera("screen", "video") });
  await new Promise(setImmediate);
  // There is nobody to tell, and no description that it could go along with.
  expect([told, from.describe(), takeEvents()]).toEqual([[], undefined, []]);
  expect([...to.streams.keys()]).toEqual(["gone", "camera"]);
  await up();
  expect(shown()).toEqual({ camera: ["two video"], screen: ["screen video"] });
  expect(takeEvents().filter((event) => event.startsWith("stream:"))).toEqual([
    "stream:remove gone",
    "stream:add screen",
  ]);
  expect(problems).toEqual([]);
});

test("all that was unshared while there was no connection is gone with the next", async () => {
  const { from, to, up, down, takeEvents } = pair();
  await up();
  from.share({ label: "camera", stream: camera("one", "video") });
  await new Promise(setImmediate);
  down();
  from.unshare("camera");
  await new Promise(setImmediate);
  takeEvents();
  await up();
  expect(to.streams.size).toBe(0);
  expect(takeEvents()).toEqual(["track:remove camera", "stream:remove camera"]);
});

test("a sender that waited for a track ends with its connection", async () => {
  const { from, up, down, shown } = pair();
  const [before] = await up();
  from.share({ label: "camera", stream: camera("one", "video") });
  await new Promise(setImmediate);
  from.unshare("camera");
  await new Promise(setImmediate);
  down();
  const [after] = await up();
  from.share({ label: "camera", stream: camera("two", "video") });
  await new Promise(setImmediate);
  expect(before.sent).toEqual([null]);
  expect(after.sent.map((track) => track?.id)).toEqual(["two video"]);
  expect(shown()).toEqual({ camera: ["two video"] });
});

test("who is disposed of while there is no connection lets go of all, and takes nothing more", async () => {
  const { from, to, up, down, takeEvents } = pair();
  await up();
  const stream = camera("one", "video");
  from.share({ label: "camera", stream, managed: true });
  await new Promise(setImmediate);
  down();
  takeEvents();
  to.dispose();
  from.dispose();
  expect(takeEvents()).toEqual(["track:remove camera", "stream:remove camera"]);
  expect(stream.getTracks().map(({ readyState }) => readyState)).toEqual(["ended"]);
  expect(() => from.share(camera("two", "video"))).toThrow(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
  to.receive({ n: 9, streams: [{ label: "late", mids: [] }] });
  expect(to.streams.size).toBe(0);
});
