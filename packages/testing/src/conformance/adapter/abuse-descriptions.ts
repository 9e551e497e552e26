import type { SessionDescription } from "@peerhood/core";
import { assertEqual } from "../case.js";
import { CONTROL, createBoth, negotiate, type ChannelPair } from "./connected-pair.js";
import type { AdapterConformanceCase } from "./context.js";
import { opened } from "./inbox.js";
import type { Side } from "./side.js";
import { adapterCase, type Testbed } from "./testbed.js";

type Change = (sdp: string) => unknown;

const without =
  (line: string): Change =>
  (sdp) =>
    sdp.replace(new RegExp(`^${line}.*\r?\n`, "gm"), "");
const replaced =
  (line: string, by: string): Change =>
  (sdp) =>
    sdp.replace(new RegExp(`^${line}.*$`, "gm"), by);
const appended =
  (line: string): Change =>
  (sdp) =>
    `${sdp}${line}\r\n`;

/** What must be refused. */
const UNUSABLE: readonly (readonly [string, Change])[] = [
  ["nothing", () => ""],
  ["no text at all", () => undefined],
  ["a number", () => 42],
  ["garbage", () => "garbage"],
  ["binary garbage", () => "\u0000\u0001\u0002\uffff"],
  ["the first line only", () => "v=0\r\n"],
  ["no version", without("v=0")],
  ["no media section", (sdp) => sdp.replace(/^m=[^]*/m, "")],
  ["no user fragment", without("a=ice-ufrag:")],
  ["no password", without("a=ice-pwd:")],
  ["no fingerprint", without("a=fingerprint:")],
  ["a user fragment with bad characters", replaced("a=ice-ufrag:", "a=ice-ufrag:a b{}\\\"'%s%n")],
  ["a user fragment beyond ASCII", replaced("a=ice-ufrag:", "a=ice-ufrag:ąęłń")],
  ["an empty user fragment", replaced("a=ice-ufrag:", "a=ice-ufrag:")],
  ["a user fragment too short", replaced("a=ice-ufrag:", "a=ice-ufrag:abc")],
  ["a user fragment too long", replaced("a=ice-ufrag:", `a=ice-ufrag:${"a".repeat(257)}`)],
  ["a password too short", replaced("a=ice-pwd:", "a=ice-pwd:short")],
  ["a password too long", replaced("a=ice-pwd:", `a=ice-pwd:${"a".repeat(10_000)}`)],
  ["a fingerprint that is none", replaced("a=fingerprint:", "a=fingerprint:sha-256 zz:zz")],
  ["a fingerprint cut short", replaced("a=fingerprint:", "a=fingerprint:sha-256 AA:BB:CC")],
  ["a control character", appended("a=x:\u0007")],
  ["a NUL", (sdp) => sdp.replace("v=0", "v=0\u0000")],
  ["a line without a type", appended("nonsense")],
  ["a bad candidate", appended("a=candidate:nonsense")],
  ["300,000 characters", appended(`a=x:${"x".repeat(300_000)}`)],
];

/** What implementations may take or leave, as long as they survive it. */
const DOUBTFUL: readonly (readonly [string, Change])[] = [
  ["an unknown hash", replaced("a=fingerprint:", `a=fingerprint:sha-999 ${"AA:".repeat(31)}AA`)],
  ["somebody else's fingerprint", replaced("a=fingerprint:", `a=fingerprint:sha-256 ${"AA:".repeat(31)}AA`)],
  ["no role", without("a=setup:")],
  ["an unknown role", replaced("a=setup:", "a=setup:nonsense")],
  ["no mid", without("a=mid:")],
  ["another mid", replaced("a=mid:", "a=mid:elsewhere")],
  ["no SCTP port", without("a=sctp-port:")],
  ["an SCTP port out of range", replaced("a=sctp-port:", "a=sctp-port:99999999999")],
  ["no largest message", without("a=max-message-size:")],
  ["a largest message that is no number", replaced("a=max-message-size:", "a=max-message-size:-1")],
  ["an unknown kind of media", replaced("m=application", "m=telepathy 9 UDP/DTLS/SCTP webrtc-datachannel")],
  ["a port that is no number", replaced("m=application", "m=application x UDP/DTLS/SCTP webrtc-datachannel")],
  ["a refused media section", replaced("m=application", "m=application 0 UDP/DTLS/SCTP webrtc-datachannel")],
  ["no origin", without("o=")],
  ["the media section twice", (sdp) => sdp + sdp.slice(sdp.indexOf("m="))],
  ["a thousand lines more", appended("a=x:y\r\n".repeat(1_000).trimEnd())],
  ["bare line feeds", (sdp) => sdp.replaceAll("\r\n", "\n")],
];

const change = (description: SessionDescription, how: Change): SessionDescription =>
  ({ ...description, sdp: how(description.sdp) }) as SessionDescription;

function prepare(bed: Testbed, options = {}): { a: Side; b: Side; control: ChannelPair } {
  const a = bed.local();
  const b = bed.remote();
  const control = createBoth(a, b, CONTROL);
  a.trickleTo(b, options);
  b.trickleTo(a, options);
  return { a, b, control };
}

async function stillWorks(bed: Testbed, control: ChannelPair): Promise<void> {
  await bed.within("open", Promise.all([opened(control.a.channel), opened(control.b.channel)]));
  control.a.channel.send("still works");
  assertEqual(await bed.within("message", control.b.next()), "still works", "message");
}

/** Descriptions that no honest remote sends. */
export const abusiveDescriptionCases: readonly AdapterConformanceCase[] = [
  adapterCase("bad offers are refused, and a good one works afterwards", async (bed) => {
    const { a, b, control } = prepare(bed);
    const offer = await bed.within("offer", a.connection.createOffer());
    for (const [what, how] of UNUSABLE) {
      await bed.rejects(`offer with ${what}`, "INVALID_DESCRIPTION", b.connection.acceptOffer(change(offer, how)));
    }
    for (const nothing of [undefined, null, 7, "offer", {}, { type: "rollback", sdp: "" }]) {
      const description = nothing as unknown as SessionDescription;
      await bed.rejects(`offer ${String(nothing)}`, "INVALID_DESCRIPTION", b.connection.acceptOffer(description));
    }
    const answer = await bed.within("good offer", b.connection.acceptOffer(offer));
    await bed.within("answer", a.connection.acceptAnswer(answer));
    await stillWorks(bed, control);
  }),
  adapterCase("bad answers are refused, and the good one works afterwards", async (bed) => {
    const { a, b, control } = prepare(bed);
    const offer = await bed.within("offer", a.connection.createOffer());
    const answer = await bed.within("answer", b.connection.acceptOffer(offer));
    for (const [what, how] of UNUSABLE) {
      await bed.rejects(`answer with ${what}`, "INVALID_DESCRIPTION", a.connection.acceptAnswer(change(answer, how)));
    }
    await bed.within("good answer", a.connection.acceptAnswer(answer));
    await stillWorks(bed, control);
  }),
  adapterCase("bad offers and answers over an open connection leave it open", async (bed) => {
    const { a, b, control } = await bed.pair();
    const offer = await bed.within("offer", a.connection.createOffer());
    for (const [what, how] of UNUSABLE) {
      await bed.rejects(`offer with ${what}`, "INVALID_DESCRIPTION", b.connection.acceptOffer(change(offer, how)));
    }
    const answer = await bed.within("good offer", b.connection.acceptOffer(offer));
    for (const [what, how] of UNUSABLE) {
      await bed.rejects(`answer with ${what}`, "INVALID_DESCRIPTION", a.connection.acceptAnswer(change(answer, how)));
    }
    await bed.within("good answer", a.connection.acceptAnswer(answer));
    await stillWorks(bed, control);
    await bed.within("another offer and answer", negotiate(b, a));
    await stillWorks(bed, control);
  }),
  ...DOUBTFUL.map(([what, how]) =>
    adapterCase(`a description with ${what} is taken or refused, and harms nobody`, async (bed) => {
      const { a, b } = prepare(bed, { mayBeRefused: true });
      const offer = await bed.within("offer", a.connection.createOffer());
      await bed.mayReject("offer", "INVALID_DESCRIPTION", b.connection.acceptOffer(change(offer, how)));
      const c = bed.remote();
      c.connection.createChannel(CONTROL);
      const answer = await bed.within("answer", c.connection.acceptOffer(offer));
      await bed.mayReject("answer", "INVALID_DESCRIPTION", a.connection.acceptAnswer(change(answer, how)));
    }),
  ),
];
