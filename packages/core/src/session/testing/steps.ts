import fc from "fast-check";

/** What happens to the line, or on it, at some moment. */
export type Step = { readonly atMs: number } & (
  | { readonly t: "cut" | "heal" | "heal signaling" }
  | { readonly t: "cut signaling" | "offline" | "online"; readonly side: number }
  /** The connection breaks at that side; nothing more comes of it there, and the other side hears of it, or does not. */
  | { readonly t: "kill"; readonly side: number }
  /** Of the line, for longer than any connection waits. */
  | { readonly t: "outage"; readonly ms: number }
  /** When the next attempt to build the connection anew has been under way for that long, the line is cut again. */
  | { readonly t: "cut while resuming"; readonly afterMs: number; readonly ms: number }
  /** From the next loss on, for so long, signals are lost or doubled. */
  | { readonly t: "signals lost" | "signals doubled"; readonly ms: number }
  | { readonly t: "network changed"; readonly side: number }
  /** That machine is suspended: its clock leaps ahead, and its timers are late. */
  | { readonly t: "sleep"; readonly side: number; readonly ms: number }
  | { readonly t: "restart"; readonly side: number; readonly afterMs: number }
  | { readonly t: "send"; readonly side: number; readonly label: string; readonly bytes: number }
  | { readonly t: "request"; readonly side: number; readonly takesMs: number }
  | { readonly t: "open" | "close"; readonly side: number }
);

export const LABELS = ["x", "y"];
const RUN_MS = 30_000;

const side = fc.nat(1);
const atMs = fc.nat(RUN_MS);

/** Each with how often it comes. */
const HAPPENINGS: [number, fc.Arbitrary<unknown>][] = [
  [2, fc.record({ atMs, t: fc.constantFrom("cut", "heal", "heal signaling") })],
  [1, fc.record({ atMs, t: fc.constantFrom("cut signaling", "offline", "online"), side })],
  [1, fc.record({ atMs, t: fc.constant("kill"), side })],
  [1, fc.record({ atMs, t: fc.constant("outage"), ms: fc.integer({ min: 500, max: 9_000 }) })],
  [1, fc.record({ atMs, t: fc.constant("cut while resuming"), afterMs: fc.nat(400), ms: fc.nat(8_000) })],
  [1, fc.record({ atMs, t: fc.constantFrom("signals lost", "signals doubled"), ms: fc.nat(4_000) })],
  [1, fc.record({ atMs, t: fc.constant("network changed"), side })],
  [1, fc.record({ atMs, t: fc.constant("sleep"), side, ms: fc.nat(60_000) })],
  [
    8,
    fc.record({
      atMs,
      t: fc.constant("send"),
      side,
      label: fc.constantFrom(...LABELS),
      bytes: fc.oneof({ weight: 5, arbitrary: fc.nat(2_000) }, { weight: 1, arbitrary: fc.nat(600_000) }),
    }),
  ],
  [2, fc.record({ atMs, t: fc.constant("request"), side, takesMs: fc.nat(5_000) })],
  [1, fc.record({ atMs, t: fc.constantFrom("open", "close"), side })],
];
const RESTART: [number, fc.Arbitrary<unknown>] = [
  2,
  fc.record({ atMs, t: fc.constant("restart"), side, afterMs: fc.nat(3_000) }),
];

function stepsOf(happenings: readonly [number, fc.Arbitrary<unknown>][]): fc.Arbitrary<Step[]> {
  const step = fc.oneof(...happenings.map(([weight, arbitrary]) => ({ weight, arbitrary }))) as fc.Arbitrary<Step>;
  return fc
    .array(step, { minLength: 3, maxLength: 40 })
    .map((steps) => steps.sort((one, other) => one.atMs - other.atMs));
}

/** In the order in which they happen. */
export const steps = stepsOf(HAPPENINGS);
export const stepsWithRestarts = stepsOf([...HAPPENINGS, RESTART]);

export const conditions = fc.record({
  latencyMs: fc.nat(80),
  jitterMs: fc.nat(60),
  loss: fc.double({ min: 0, max: 0.1, noNaN: true }),
  signaling: fc.record({
    latencyMs: fc.nat(80),
    loss: fc.double({ min: 0, max: 0.3, noNaN: true }),
    duplicate: fc.double({ min: 0, max: 0.5, noNaN: true }),
    reorder: fc.double({ min: 0, max: 0.5, noNaN: true }),
  }),
});
