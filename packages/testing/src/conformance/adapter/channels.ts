import type { ChannelInit } from "@peerhood/core";
import { assert, assertEqual } from "../case.js";
import { CONTROL, createBoth } from "./connected-pair.js";
import type { AdapterConformanceCase } from "./context.js";
import { Inbox, opened } from "./inbox.js";
import { assertArrived, payloads, sendPayload } from "./payloads.js";
import { adapterCase } from "./testbed.js";

const KINDS: readonly (ChannelInit & { readonly kind: string })[] = [
  { kind: "ordered and reliable", label: "plain", id: 1 },
  { kind: "unordered", label: "unordered", id: 2, ordered: false },
  { kind: "no retransmission", label: "no retransmission", id: 3, ordered: false, maxRetransmits: 0 },
  { kind: "ordered, 3 retransmissions", label: "three", id: 4, maxRetransmits: 3 },
  { kind: "lifetime of 500 ms", label: "lifetime", id: 5, ordered: false, maxPacketLifeTime: 500 },
  { kind: "with a protocol", label: "protocol", id: 6, protocol: "soap" },
  { kind: "no label", label: "", id: 7 },
  { kind: "label beyond ASCII", label: "Größe 📦", id: 8 },
  { kind: "highest id", label: "highest", id: 1_023 },
];

/** Unreliable channels may lose messages even on loopback; that all of these are lost means that none pass. */
const TRIES = 20;

/** Channels of each kind, and what may be sent on them. */
export const channelCases: readonly AdapterConformanceCase[] = [
  ...KINDS.map(({ kind, ...init }) =>
    adapterCase(`a channel, ${kind}, carries messages both ways`, async (bed) => {
      const pair = await (await bed.pair()).open(init);
      for (const { channel } of [pair.a, pair.b]) {
        assertEqual(channel.label, init.label, "label");
        assertEqual(channel.id, init.id, "id");
        assertEqual(channel.ordered, init.ordered ?? true, "ordered");
        assertEqual(channel.maxRetransmits, init.maxRetransmits ?? null, "maxRetransmits");
        assertEqual(channel.maxPacketLifeTime, init.maxPacketLifeTime ?? null, "maxPacketLifeTime");
        assertEqual(channel.protocol, init.protocol ?? "", "protocol");
        assertEqual(channel.negotiated, true, "negotiated");
        assertEqual(channel.readyState, "open", "readyState");
        assertEqual(channel.binaryType, "arraybuffer", "binaryType");
        assertEqual(channel.bufferedAmountLowThreshold, 0, "bufferedAmountLowThreshold");
      }
      for (const [from, to] of [
        [pair.a, pair.b],
        [pair.b, pair.a],
      ] as const) {
        for (let index = 0; index < TRIES; index++) from.channel.send(`message ${index}`);
        const heard = await bed.within("a message", to.next());
        assert(/^message \d+$/.test(String(heard)), `arrived as ${String(heard)}`);
      }
    }),
  ),
  adapterCase("every kind of payload arrives as text or as an ArrayBuffer, in both directions", async (bed) => {
    const { control } = await bed.pair();
    for (const [from, to] of [
      [control.a, control.b],
      [control.b, control.a],
    ] as const) {
      for (const { name, message, arrives } of payloads()) {
        sendPayload(from.channel, message);
        assertArrived(await bed.within(name, to.next()), arrives, name);
      }
    }
  }),
  adapterCase("what is sent is copied: the sender may reuse its buffer at once", async (bed) => {
    const { control } = await bed.pair();
    const buffer = new Uint8Array(1_000);
    for (let value = 0; value < 20; value++) {
      buffer.fill(value);
      control.a.channel.send(buffer);
    }
    const heard = await bed.within("messages", control.b.take(20));
    for (const [value, message] of heard.entries()) {
      assertArrived(message, new Uint8Array(1_000).fill(value), `message ${value}`);
    }
  }),
  adapterCase("an end that exists already works once the other side makes its own", async (bed) => {
    const { a, b } = await bed.pair();
    const early = new Inbox(a.connection.createChannel({ label: "late", id: 9 }));
    await bed.within("first end", opened(early.channel));
    const late = new Inbox(b.connection.createChannel({ label: "late", id: 9 }));
    await bed.within("second end", opened(late.channel));
    late.channel.send("now");
    assertEqual(await bed.within("message", early.next()), "now", "to the first end");
    early.channel.send("yes");
    assertEqual(await bed.within("message", late.next()), "yes", "to the second end");
  }),
  adapterCase("channels made before the offer and during negotiation all open", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    const before = createBoth(a, b, { label: "before", id: 3 });
    const control = createBoth(a, b, CONTROL);
    const connecting = bed.connect(a, b, control);
    const during = createBoth(a, b, { label: "during", id: 4 });
    await connecting;
    for (const pair of [before, during]) {
      await bed.within("open", Promise.all([opened(pair.a.channel), opened(pair.b.channel)]));
      pair.a.channel.send(pair.a.channel.label);
      assertEqual(await bed.within("message", pair.b.next()), pair.a.channel.label, "message");
    }
  }),
  adapterCase("a hundred channels keep their messages apart", async (bed) => {
    const { open } = await bed.pair();
    const pairs = await Promise.all(
      Array.from({ length: 100 }, (_, index) => open({ label: `channel ${index}`, id: index + 1 })),
    );
    for (const { a, b } of pairs) {
      a.channel.send(a.channel.label);
      b.channel.send(b.channel.label);
    }
    for (const { a, b } of pairs) {
      assertEqual(await bed.within(a.channel.label, b.next()), a.channel.label, "message to b");
      assertEqual(await bed.within(b.channel.label, a.next()), b.channel.label, "message to a");
    }
  }),
  adapterCase("send throws before the channel is open", async (bed) => {
    const { channel } = new Inbox(bed.local().connection.createChannel(CONTROL));
    assertEqual(channel.readyState, "connecting", "readyState");
    let thrown = false;
    try {
      channel.send("too early");
    } catch {
      thrown = true;
    }
    assert(thrown, "send did not throw");
  }),
];
