import type { ChannelInit } from "@peerhood/core";
import { assert, assertEqual } from "../case.js";
import { CONTROL, createBoth, negotiate } from "./connected-pair.js";
import type { AdapterConformanceCase } from "./context.js";
import { Inbox, opened } from "./inbox.js";
import { adapterCase } from "./testbed.js";

const BAD_CHANNELS: readonly (ChannelInit & { readonly why: string })[] = [
  { why: "a negative id", label: "x", id: -1 },
  { why: "an id above 1,023", label: "x", id: 1_024 },
  { why: "the id that means none", label: "x", id: 65_535 },
  { why: "half an id", label: "x", id: 1.5 },
  { why: "no id", label: "x", id: Number.NaN },
  { why: "both limits", label: "x", id: 1, maxRetransmits: 1, maxPacketLifeTime: 1 },
  { why: "negative maxRetransmits", label: "x", id: 1, maxRetransmits: -1 },
  { why: "maxRetransmits too large", label: "x", id: 1, maxRetransmits: 65_536 },
  { why: "negative maxPacketLifeTime", label: "x", id: 1, maxPacketLifeTime: -1 },
  { why: "maxPacketLifeTime too large", label: "x", id: 1, maxPacketLifeTime: 65_536 },
  { why: "a label above 65,535 bytes", label: "x".repeat(65_536), id: 1 },
  { why: "a protocol above 65,535 bytes", label: "x", protocol: "ä".repeat(32_768), id: 1 },
];

const BAD_SERVERS: readonly string[] = ["", "nonsense", "http://example.org", "stun:", "turn:example.org"];

/** Calls at the wrong time or with wrong arguments: typed errors, and the connection works afterwards. */
export const abusiveCallCases: readonly AdapterConformanceCase[] = [
  adapterCase("an offer needs a channel", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    await bed.rejects("createOffer", "INVALID_STATE", a.connection.createOffer());
    await bed.connect(a, b);
  }),
  adapterCase("an answer without an offer, and an answer in place of an offer", async (bed) => {
    const { a, b } = await bed.pair();
    const offer = await bed.within("offer", a.connection.createOffer());
    const answer = await bed.within("answer", b.connection.acceptOffer(offer));
    await a.connection.acceptAnswer(answer);
    for (const side of [a, b]) {
      await bed.rejects("answer out of turn", "INVALID_STATE", side.connection.acceptAnswer(answer));
      await bed.rejects("answer as an offer", "INVALID_DESCRIPTION", side.connection.acceptOffer(answer));
      await bed.rejects("offer as an answer", "INVALID_DESCRIPTION", side.connection.acceptAnswer(offer));
    }
    const fresh = bed.local();
    await bed.rejects("answer to a new connection", "INVALID_STATE", fresh.connection.acceptAnswer(answer));
    await bed.within("another offer and answer", negotiate(b, a));
  }),
  adapterCase("a second offer while one is out, made or received", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    const control = createBoth(a, b, CONTROL);
    a.trickleTo(b);
    b.trickleTo(a);
    const offer = await bed.within("offer", a.connection.createOffer());
    const other = bed.remote();
    other.connection.createChannel(CONTROL);
    const foreign = await bed.within("foreign offer", other.connection.createOffer());
    await bed.rejects("second createOffer", "INVALID_STATE", a.connection.createOffer());
    await bed.rejects("acceptOffer", "INVALID_STATE", a.connection.acceptOffer(foreign));
    const answer = await bed.within("answer", b.connection.acceptOffer(offer));
    await bed.within("taking the answer", a.connection.acceptAnswer(answer));
    await bed.rejects("the answer again", "INVALID_STATE", a.connection.acceptAnswer(answer));
    await bed.within("open", Promise.all([opened(control.a.channel), opened(control.b.channel)]));
  }),
  adapterCase("two offers at once: the first is made, the second rejects", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    createBoth(a, b, CONTROL);
    const first = a.connection.createOffer();
    await bed.rejects("second createOffer", "INVALID_STATE", a.connection.createOffer());
    const answer = await bed.within("answer", b.connection.acceptOffer(await first));
    await bed.within("taking the answer", a.connection.acceptAnswer(answer));
  }),
  ...BAD_CHANNELS.map(({ why, ...init }) =>
    adapterCase(`createChannel refuses ${why}`, async (bed) => {
      const side = bed.local();
      bed.throws("createChannel", "INVALID_ARGUMENT", () => side.connection.createChannel(init));
      await bed.connect(side, bed.remote());
    }),
  ),
  adapterCase("an id in use is refused, before and after connecting, and its channel stays", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    const control = createBoth(a, b, CONTROL);
    const again = { label: "again", id: CONTROL.id };
    bed.throws("id in use", "INVALID_ARGUMENT", () => a.connection.createChannel(again));
    await bed.connect(a, b, control);
    bed.throws("id in use", "INVALID_ARGUMENT", () => a.connection.createChannel(again));
    control.a.channel.send("unharmed");
    assertEqual(await bed.within("message", control.b.next()), "unharmed", "message");
  }),
  adapterCase("a message to an id that the other side lacks harms no other channel", async (bed) => {
    const { a, control } = await bed.pair();
    const alone = new Inbox(a.connection.createChannel({ label: "alone", id: 77 }));
    await bed.within("open", opened(alone.channel));
    alone.channel.send("is anybody there?");
    control.a.channel.send("yes");
    assertEqual(await bed.within("message", control.b.next()), "yes", "message on the other channel");
    assertEqual(a.connection.state, "connected", "state");
  }),
  adapterCase("every call after close() says CONNECTION_CLOSED", async (bed) => {
    const { a, b, control } = await bed.pair();
    const offer = await bed.within("offer", b.connection.createOffer());
    await bed.within("close()", a.connection.close());
    const { connection } = a;
    const code = "CONNECTION_CLOSED";
    await bed.rejects("createOffer", code, connection.createOffer());
    await bed.rejects("acceptOffer", code, connection.acceptOffer(offer));
    await bed.rejects("acceptAnswer", code, connection.acceptAnswer({ type: "answer", sdp: offer.sdp }));
    await bed.rejects("acceptAnswer of nonsense", code, connection.acceptAnswer({ type: "answer", sdp: "" }));
    await bed.rejects("addCandidate", code, connection.addCandidate(null));
    await bed.rejects("stats", code, connection.stats());
    bed.throws("createChannel", code, () => connection.createChannel({ label: "late", id: 3 }));
    bed.throws("createChannel with a bad id", code, () => connection.createChannel({ label: "late", id: -1 }));
    control.a.channel.close();
    assertEqual(connection.state, "closed", "state");
    assert(connection.maxMessageBytes >= 65_536, `maxMessageBytes is ${connection.maxMessageBytes}`);
    await bed.within("close()", connection.close());
  }),
  ...BAD_SERVERS.map((url) =>
    adapterCase(`createConnection refuses the ICE server "${url}"`, async (bed) => {
      bed.throws("createConnection", "INVALID_ARGUMENT", () => bed.local({ iceServers: [{ urls: [url] }] }));
    }),
  ),
];
