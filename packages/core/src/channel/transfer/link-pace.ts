import {
  CLEAN_SHARE,
  FIRST_IN_FLIGHT_BYTES,
  MAX_IN_FLIGHT_BYTES,
  MAX_RATE_SAMPLES,
  MIN_FRAME_BYTES,
  MIN_IN_FLIGHT_BYTES,
  MIN_RATE_SAMPLES,
  MIN_SAMPLE_MS,
  PATIENT_BYTES,
  PATIENT_QUEUE_MS,
  QUEUE_MS,
  RATE_AGE_MS,
  REPORT_BYTES,
  ROUND_TRIP_AGE_MS,
  ROUND_TRIPS,
} from "./constants.js";

/** One round trip that is being measured. */
interface Probe {
  /** Whose acknowledgement ends it, up to which of its bytes. */
  readonly transfer: object;
  readonly offset: number;
  readonly at: number;
  /** Bytes that were acknowledged by then, and when the last of them was. */
  readonly told: number;
  readonly toldAt: number;
  /** Next to nothing was ahead of it. */
  readonly clean: boolean;
  /** As much was ahead of it as there may be. */
  readonly loaded: boolean;
}

/**
 * How much may be on the way to one remote, over all channels: whatever is in the queues of SCTP and of the network makes
 * every short message wait, and neither runtime tells of them (packages/docs/facts.md). So the round trip and the rate
 * are measured by what is acknowledged, once per round trip, and what is in flight is held to what fills the path, and
 * a little queue. Long transfers go within that bound, short messages within one of their own.
 */
export class LinkPace {
  #limitBytes = FIRST_IN_FLIGHT_BYTES;
  #inFlightBytes = 0;
  #wholeBytes = 0;
  #toldBytes = 0;
  #untoldBytes = 0;
  #probe: Probe | undefined;
  /** The bound was what held the sender up, since the probe began. */
  #heldUp = false;
  /** Bytes a millisecond and when they were measured, newest last. */
  #rates: { readonly rate: number; readonly at: number }[] = [];
  #roundTripMs = Infinity;
  #measuredAt = -Infinity;
  /** When the remote told of anything last. */
  #toldAt = 0;
  /** Channels that wait for room, the one that has waited longest first: for pieces, and for short messages. */
  readonly #waiting = new Set<() => void>();
  readonly #wholeWaiting = new Set<() => void>();
  #serving = false;

  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Of one piece of a long transfer: short enough for others to get in between. */
  get frameBytes(): number {
    // What is to tell the round trip must not take long to leave.
    return this.#probe === undefined && this.#stale ? MIN_FRAME_BYTES : this.#limitBytes / 4;
  }

  /** Some channel waits for room. */
  get awaited(): boolean {
    return this.#waiting.size > 0 || this.#wholeWaiting.size > 0;
  }

  /**
   * Whether a channel may send the next piece of a long transfer. Where it may not, or where others wait, `next` is
   * called when it is its turn.
   */
  admits(next: () => void): boolean {
    const open = this.#inFlightBytes < this.#bound;
    if (!open) this.#heldUp = true;
    const [first] = this.#waiting;
    if (open && (first === undefined || first === next)) {
      this.#waiting.delete(next);
      return true;
    }
    this.#waiting.add(next);
    return false;
  }

  /** The same for a short message. */
  admitsWhole(next: () => void): boolean {
    if (this.#wholeBytes < this.#limitBytes) return true;
    this.#heldUp = true;
    this.#wholeWaiting.add(next);
    return false;
  }

  /** It waits no more. */
  forget(next: () => void): void {
    this.#waiting.delete(next);
    this.#wholeWaiting.delete(next);
  }

  /** A piece goes out, up to `offset` of its transfer. Returns whether the remote shall tell of it at once. */
  sent(transfer: object, offset: number, bytes: number, now: number): boolean {
    this.#untoldBytes += bytes;
    const measures = this.#begin(transfer, offset, now);
    this.#inFlightBytes += bytes;
    const tell = measures || this.#untoldBytes >= Math.min(REPORT_BYTES, this.#limitBytes / 4);
    if (tell) this.#untoldBytes = 0;
    return tell;
  }

  /** A message goes out whole; what answers it needs no asking for. */
  sentWhole(transfer: object, bytes: number, now: number): void {
    if (this.#probe === undefined) this.#begin(transfer, bytes, now);
    this.#inFlightBytes += bytes;
    this.#wholeBytes += bytes;
  }

  /** The remote has these; `offset` of that transfer is where they end. */
  told(transfer: object, offset: number, bytes: number, now: number): void {
    this.#inFlightBytes -= bytes;
    this.#toldBytes += bytes;
    this.#toldAt = now;
    const probe = this.#probe;
    if (probe?.transfer === transfer && offset >= probe.offset) this.#measured(probe, now);
  }

  toldWhole(transfer: object, bytes: number, now: number): void {
    this.#wholeBytes -= bytes;
    this.told(transfer, bytes, bytes, now);
  }

  /** Nothing will be told of these: their transfer has been given up. */
  lost(transfer: object, bytes: number): void {
    this.#inFlightBytes -= bytes;
    if (this.#probe?.transfer === transfer) this.#probe = undefined;
  }

  lostWhole(transfer: object, bytes: number): void {
    this.#wholeBytes -= bytes;
    this.lost(transfer, bytes);
  }

  /** There may be room: those who wait go on in turn. */
  serve(): void {
    if (this.#serving) return;
    this.#serving = true;
    while (this.#wholeBytes < this.#limitBytes) {
      const [next] = this.#wholeWaiting;
      if (next === undefined) break;
      this.#wholeWaiting.delete(next);
      next();
    }
    while (this.#inFlightBytes < this.#bound) {
      const [next] = this.#waiting;
      if (next === undefined) break;
      next();
      // It had nothing to send after all, or it waits for something else.
      const [first] = this.#waiting;
      if (first === next) this.#waiting.delete(next);
    }
    this.#serving = false;
  }

  /** Now and then the queue is let run empty, for the round trip without it. */
  get #bound(): number {
    return this.#stale && this.#roundTripMs < Infinity ? this.#limitBytes * CLEAN_SHARE : this.#limitBytes;
  }

  /** The shortest round trip is that of long ago, or unknown. */
  get #stale(): boolean {
    return this.#toldAt - this.#measuredAt > ROUND_TRIP_AGE_MS;
  }

  #begin(transfer: object, offset: number, now: number): boolean {
    if (this.#probe !== undefined) return false;
    const limit = this.#limitBytes;
    this.#probe = {
      transfer,
      offset,
      at: now,
      told: this.#toldBytes,
      toldAt: this.#inFlightBytes > 0 ? this.#toldAt : now,
      clean: this.#inFlightBytes <= limit * CLEAN_SHARE,
      loaded: this.#inFlightBytes >= limit / 2,
    };
    this.#heldUp = false;
    return true;
  }

  #measured({ at, told, toldAt, clean, loaded }: Probe, now: number): void {
    this.#probe = undefined;
    const ms = now - at;
    if (ms <= this.#roundTripMs || (clean && at - this.#measuredAt > ROUND_TRIP_AGE_MS)) {
      this.#roundTripMs = ms;
      this.#measuredAt = now;
    }
    // Acknowledgements come in bursts: over less time they would tell of a path that there is not. From the last one before,
    // since the first of these tells of what has arrived from then on (as in draft-cheng-iccrg-delivery-rate-estimation).
    const rate = (this.#toldBytes - told) / Math.max(now - toldAt, MIN_SAMPLE_MS);
    const held = loaded && this.#heldUp;
    // What the application did not offer says nothing about the path.
    if (!held && (rate === 0 || this.#rates.some((sample) => sample.rate >= rate))) return;
    this.#rates.push({ rate, at: now });
    while (this.#rates.length > MIN_RATE_SAMPLES && now - (this.#rates[0]?.at ?? now) > RATE_AGE_MS)
      this.#rates.shift();
    if (this.#rates.length > MAX_RATE_SAMPLES) this.#rates.shift();
    const limit = inFlightBytes(
      this.#rates.map((sample) => sample.rate),
      this.#roundTripMs,
    );
    if (held || limit > this.#limitBytes) this.#limitBytes = limit;
  }
}

function inFlightBytes(rates: readonly number[], roundTripMs: number): number {
  const falling = [...rates].sort((a, b) => b - a);
  const best = falling[0] ?? 0;
  // Not the best: what has stood in a queue while a process was held up comes faster than the path is.
  const usual = falling[Math.floor(falling.length / 4)] ?? 0;
  const short = usual * (ROUND_TRIPS * roundTripMs + QUEUE_MS);
  // Where processes wait for their turn longer than the network takes, the bound itself would be what slows them.
  const patient = Math.min(best * PATIENT_QUEUE_MS, PATIENT_BYTES);
  return Math.min(MAX_IN_FLIGHT_BYTES, Math.max(MIN_IN_FLIGHT_BYTES, short, patient));
}
