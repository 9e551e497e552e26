import type { ConnectionMedia, MediaKind, MediaStreamTrackLike } from "@peerhood/core";
import { assert, assertEqual } from "../case.js";
import { negotiate, type ConnectedPair } from "./connected-pair.js";
import type { AdapterConformanceCase } from "./context.js";
import { adapterCase, type Testbed } from "./testbed.js";

function mediaOf({ a, b }: ConnectedPair): { a: ConnectionMedia; b: ConnectionMedia } {
  const [ofA, ofB] = [a.connection.media, b.connection.media];
  assert(ofA !== undefined && ofB !== undefined, "the connection has no media");
  return { a: ofA, b: ofB };
}

function trackOf(bed: Testbed, kind: MediaKind): MediaStreamTrackLike {
  const { createTrack } = bed.context;
  assert(createTrack !== undefined, "the harness makes no tracks");
  return createTrack(kind);
}

/** For lists and objects of plain values. */
function assertSame(actual: unknown, expected: unknown, what: string): void {
  assertEqual(JSON.stringify(actual), JSON.stringify(expected), what);
}

/** The kinds of what a side receives, by mid. */
function kindsOf({ incoming }: ConnectionMedia): string[] {
  return [...incoming].map(([mid, { kind }]) => `${mid} ${kind}`).sort();
}

function mediaCase(name: string, run: (bed: Testbed) => Promise<void>): AdapterConformanceCase {
  return adapterCase(name, run, "createTrack");
}

export const mediaCases: readonly AdapterConformanceCase[] = [
  mediaCase("a connection has no media at first, and nothing to negotiate", async (bed) => {
    const media = mediaOf(await bed.pair());
    for (const side of [media.a, media.b]) {
      assertEqual(side.incoming.size, 0, "incoming tracks");
      assertSame(side.demand, { audio: 0, video: 0 }, "demand");
      assertEqual(side.pending, false, "pending");
    }
  }),
  mediaCase("what the offering side sends arrives with its offer, by the same mids", async (bed) => {
    const pair = await bed.pair();
    const media = mediaOf(pair);
    const senders = (["audio", "video"] as const).map((kind) => media.a.createSender(kind));
    for (const sender of senders) await bed.within("replaceTrack", sender.replaceTrack(trackOf(bed, sender.kind)));
    assertSame([media.a.pending, senders.map(({ mid }) => mid === undefined)], [true, [true, true]], "before");
    await bed.within("offer and answer", negotiate(pair.a, pair.b));
    assertEqual(media.a.pending, false, "pending");
    assertSame(kindsOf(media.b), senders.map(({ mid, kind }) => `${mid} ${kind}`).sort(), "what arrives");
    assertSame(kindsOf(media.a), [], "what comes back");
  }),
  mediaCase("the answering side gets sections by asking for them", async (bed) => {
    const pair = await bed.pair();
    const media = mediaOf(pair);
    const sender = media.b.createSender("video");
    await bed.within("replaceTrack", sender.replaceTrack(trackOf(bed, "video")));
    assertSame([media.b.pending, media.b.demand], [true, { audio: 0, video: 1 }], "before");
    media.a.reserve(media.b.demand);
    assertEqual(media.a.pending, true, "pending of the side that is to offer");
    await bed.within("offer and answer", negotiate(pair.a, pair.b));
    assertSame([media.a.pending, media.b.pending], [false, false], "pending");
    assertSame(kindsOf(media.a), [`${sender.mid} video`], "what arrives");
    assertSame(kindsOf(media.b), [], "what comes back");
  }),
  mediaCase("one section carries a track each way", async (bed) => {
    const pair = await bed.pair();
    const media = mediaOf(pair);
    const [of, ofOther] = [media.a.createSender("audio"), media.b.createSender("audio")];
    await of.replaceTrack(trackOf(bed, "audio"));
    await ofOther.replaceTrack(trackOf(bed, "audio"));
    media.a.reserve(media.b.demand);
    await bed.within("offer and answer", negotiate(pair.a, pair.b));
    assertEqual(of.mid, ofOther.mid, "mid");
    assertSame([kindsOf(media.a), kindsOf(media.b)], [[`${of.mid} audio`], [`${of.mid} audio`]], "what arrives");
  }),
  mediaCase("a sender that is added later on a section of the other side's needs no new one", async (bed) => {
    const pair = await bed.pair();
    const media = mediaOf(pair);
    await media.a.createSender("video").replaceTrack(trackOf(bed, "video"));
    await bed.within("offer and answer", negotiate(pair.a, pair.b));
    const sender = media.b.createSender("video");
    await sender.replaceTrack(trackOf(bed, "video"));
    assertEqual(media.b.pending, true, "pending");
    media.a.reserve(media.b.demand);
    assertEqual(media.a.pending, false, "pending of the other side");
    await bed.within("offer and answer", negotiate(pair.a, pair.b));
    assertEqual(media.b.pending, false, "pending");
    assertSame(kindsOf(media.a), [`${sender.mid} video`], "what arrives");
    assertSame(kindsOf(media.b), [`${sender.mid} video`], "what goes on");
  }),
  mediaCase("a track is replaced, taken away and given again without negotiation", async (bed) => {
    const pair = await bed.pair();
    const media = mediaOf(pair);
    const sender = media.a.createSender("video");
    await sender.replaceTrack(trackOf(bed, "video"));
    await bed.within("offer and answer", negotiate(pair.a, pair.b));
    const [before] = media.b.incoming.values();
    for (const track of [trackOf(bed, "video"), null, trackOf(bed, "video")]) {
      await bed.within("replaceTrack", sender.replaceTrack(track));
      assertEqual(media.a.pending, false, "pending");
    }
    assert(media.b.incoming.get(sender.mid ?? "") === before, "the track that arrives is another");
  }),
  mediaCase("negotiating again changes nothing that is there, and channels go on", async (bed) => {
    const pair = await bed.pair();
    const media = mediaOf(pair);
    const first = media.a.createSender("audio");
    await first.replaceTrack(trackOf(bed, "audio"));
    await bed.within("offer and answer", negotiate(pair.a, pair.b));
    const [track] = media.b.incoming.values();
    pair.control.a.channel.send("before");
    await media.a.createSender("video").replaceTrack(trackOf(bed, "video"));
    const { mid } = first;
    await bed.within("offer and answer", negotiate(pair.a, pair.b));
    pair.control.a.channel.send("after");
    assertEqual(first.mid, mid, "mid");
    assert(media.b.incoming.get(mid ?? "") === track, "the track that arrives is another");
    assertEqual(media.b.incoming.size, 2, "tracks");
    assertSame(await bed.within("messages", pair.control.b.take(2)), ["before", "after"], "messages");
  }),
  mediaCase("parameters are taken before and after there is a section", async (bed) => {
    const pair = await bed.pair();
    const sender = mediaOf(pair).a.createSender("video");
    await sender.replaceTrack(trackOf(bed, "video"));
    await bed.within("setParameters", sender.setParameters({ maxBitrate: 300_000 }));
    await bed.within("offer and answer", negotiate(pair.a, pair.b));
    await bed.within("setParameters", sender.setParameters({ maxBitrate: 200_000, scaleResolutionDownBy: 2 }));
    await bed.within("setParameters", sender.setParameters({}));
  }),
  mediaCase("a track of another kind is refused with UNSUPPORTED_TRACK", async (bed) => {
    const sender = mediaOf(await bed.pair()).a.createSender("video");
    const refusal = await bed.within(
      "a refusal",
      sender.replaceTrack(trackOf(bed, "audio")).then(
        () => "none",
        (error: unknown) => (error as { code?: unknown }).code,
      ),
    );
    assertEqual(refusal, "UNSUPPORTED_TRACK", "code");
  }),
];
