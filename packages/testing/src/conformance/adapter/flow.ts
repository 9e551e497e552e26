import { assert, assertEqual } from "../case.js";
import type { AdapterConformanceCase } from "./context.js";
import { assertArrived, pattern } from "./payloads.js";
import { adapterCase } from "./testbed.js";

/** Above what SCTP implementations take without showing it (usrsctp: 1 MiB), below what Chromium queues (16 MiB). */
const FLOOD_BYTES = 12 * 1_048_576;
const PIECE_BYTES = 65_536;
/** Firefox takes messages of a gigabyte; trying that proves little and takes a page's memory. */
const LARGEST_TRIED_BYTES = 4 * 1_048_576;

/** Order, size, and how much is on its way. */
export const flowCases: readonly AdapterConformanceCase[] = [
  adapterCase("1,000 messages arrive once each and in order", async (bed) => {
    const { control } = await bed.pair();
    const sizes = Array.from({ length: 1_000 }, (_, index) => (index * 37) % 400);
    for (const [index, size] of sizes.entries()) control.a.channel.send(pattern(size, index + 1));
    const heard = await bed.within("messages", control.b.take(sizes.length));
    for (const [index, size] of sizes.entries()) {
      assertArrived(heard[index], pattern(size, index + 1), `message ${index}`);
    }
    assertEqual(control.b.messages.length, 0, "messages too many");
  }),
  adapterCase("both directions and two channels at once, each in order", async (bed) => {
    const { control, open } = await bed.pair();
    const other = await open({ label: "other", id: 1 });
    const numbers = Array.from({ length: 200 }, (_, index) => `${index}`);
    for (const number of numbers) {
      for (const { a, b } of [control, other]) {
        a.channel.send(number);
        b.channel.send(number);
      }
    }
    for (const inbox of [control.a, control.b, other.a, other.b]) {
      assertEqual(await bed.within("messages", inbox.take(numbers.length)), numbers, "messages");
    }
  }),
  adapterCase("an unordered channel without limits loses nothing", async (bed) => {
    const { a, b } = await (await bed.pair()).open({ label: "unordered", id: 1, ordered: false });
    const numbers = Array.from({ length: 200 }, (_, index) => `${index}`);
    for (const number of numbers) a.channel.send(number);
    const heard = await bed.within("messages", b.take(numbers.length));
    assertEqual([...heard].sort(), [...numbers].sort(), "messages, whatever their order");
  }),
  adapterCase(
    "the largest message arrives; one byte more throws, or arrives whole, and the channel stays open",
    async (bed) => {
      const { a, b, control } = await bed.pair();
      for (const [side, from, to] of [
        [a, control.a, control.b],
        [b, control.b, control.a],
      ] as const) {
        const limit = side.connection.maxMessageBytes;
        assert(limit >= 65_536, `maxMessageBytes is ${limit}`);
        const largest = pattern(Math.min(limit, LARGEST_TRIED_BYTES));
        from.channel.send(largest);
        assertArrived(await bed.within("largest message", to.next()), largest, "largest message");
        if (limit > LARGEST_TRIED_BYTES) continue;
        const overByOne = pattern(limit + 1);
        const overInUtf8 = "ä".repeat(Math.floor(limit / 2) + 1);
        for (const tooLarge of [overByOne, overInUtf8]) {
          let thrown = false;
          try {
            from.channel.send(tooLarge as string);
          } catch {
            thrown = true;
          }
          // Firefox takes a gigabyte whatever the adapter announces; what must not happen is that a part arrives.
          if (!thrown) assertArrived(await bed.within("a larger message", to.next()), tooLarge, "a larger message");
          assertEqual(from.channel.readyState, "open", "readyState after a message too large");
        }
        from.channel.send("still here");
        assertEqual(await bed.within("message after", to.next()), "still here", "message after");
      }
    },
  ),
  adapterCase("bufferedAmount grows when more is sent than leaves, and says when it is low again", async (bed) => {
    const { control } = await bed.pair();
    const { channel } = control.a;
    channel.bufferedAmountLowThreshold = PIECE_BYTES;
    assertEqual(channel.bufferedAmount, 0, "bufferedAmount at first");
    let lowEvents = 0;
    const low = new Promise<void>((resolve) => {
      channel.addEventListener("bufferedamountlow", () => {
        lowEvents++;
        resolve();
      });
    });
    const piece = pattern(PIECE_BYTES);
    let sent = 0;
    while (channel.bufferedAmount <= 2 * PIECE_BYTES && sent * PIECE_BYTES < FLOOD_BYTES) {
      channel.send(piece);
      sent++;
    }
    assert(channel.bufferedAmount > PIECE_BYTES, `bufferedAmount is ${channel.bufferedAmount} after ${sent} pieces`);
    assertEqual(lowEvents, 0, "events from within send");
    await bed.within("bufferedamountlow", low);
    assert(channel.bufferedAmount <= PIECE_BYTES, `bufferedAmount is ${channel.bufferedAmount} when low`);
    const heard = await bed.within("what was sent", control.b.take(sent));
    for (const message of heard) assertArrived(message, piece, "piece");
    assertEqual(channel.bufferedAmount, 0, "bufferedAmount in the end");
    assertEqual(lowEvents, 1, "bufferedamountlow, once per crossing");
  }),
  adapterCase("bufferedAmount counts bytes, and shows a message as soon as it is sent", async (bed) => {
    const { control } = await bed.pair();
    const { channel } = control.a;
    let highest = 0;
    let sentBytes = 0;
    while (highest === 0 && sentBytes < FLOOD_BYTES) {
      channel.send("ä".repeat(PIECE_BYTES / 2));
      sentBytes += PIECE_BYTES;
      highest = channel.bufferedAmount;
      assert(highest <= sentBytes, `${highest} bytes are buffered of ${sentBytes}`);
    }
    assert(highest > 0, "nothing was ever buffered");
    await bed.within("what was sent", control.b.take(sentBytes / PIECE_BYTES));
  }),
];
