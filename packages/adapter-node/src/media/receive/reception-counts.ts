import type { RtpPacket } from "../rtp/rtp-packet.js";
import type { ReportBlock } from "../rtp/rtcp-write.js";
import { timestampDistance } from "../rtp/sequence-number.js";

/** What is reported of one source (RFC 3550 section 6.4.1, appendices A.3 and A.8). */
export class ReceptionCounts {
  #first: number | undefined;
  #highest = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #jitter = 0;
  #last: { readonly timestamp: number; readonly ms: number } | undefined;
  #report: { readonly ntpMiddle: number; readonly ms: number } | undefined;

  /** Since the beginning: packets that were due, and those of them that have not come. */
  get packets(): { readonly known: number; readonly lost: number } {
    const known = this.#first === undefined ? 0 : this.#highest - this.#first + 1;
    return { known, lost: Math.max(0, known - this.#received) };
  }

  count({ timestamp }: RtpPacket, sequence: number, clockRate: number, nowMs: number): void {
    this.#first ??= sequence;
    this.#highest = Math.max(this.#highest, sequence);
    this.#received++;
    if (this.#last && this.#last.timestamp !== timestamp) {
      const travel = ((nowMs - this.#last.ms) * clockRate) / 1_000 - timestampDistance(timestamp, this.#last.timestamp);
      this.#jitter += (Math.abs(travel) - this.#jitter) / 16;
    }
    if (this.#last?.timestamp !== timestamp) this.#last = { timestamp, ms: nowMs };
  }

  senderReport(ntpMiddle: number, nowMs: number): void {
    this.#report = { ntpMiddle, ms: nowMs };
  }

  /** For the time since the last call; `undefined` before anything has come. */
  report(ssrc: number, nowMs: number): ReportBlock | undefined {
    if (this.#first === undefined) return undefined;
    const expected = this.#highest - this.#first + 1;
    const expectedNow = expected - this.#expectedBefore;
    const lostNow = expectedNow - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    return {
      ssrc,
      fractionLost: expectedNow > 0 && lostNow > 0 ? lostNow / expectedNow : 0,
      packetsLost: expected - this.#received,
      // The first is 65,536 too high: see SequenceUnwrapper.
      highestSequenceNumber: this.#highest - 0x10000,
      jitter: Math.trunc(this.#jitter),
      lastReport: this.#report?.ntpMiddle ?? 0,
      delaySinceLastReport: this.#report ? Math.trunc(((nowMs - this.#report.ms) * 65_536) / 1_000) : 0,
    };
  }
}
