import type { ChannelSnapshot, PeerSnapshot } from "@peerhood/core";
import { WINDOW_MS } from "./constants.js";

/** A channel at one moment; rates in bytes per second since the sample before. */
export interface Sample {
  /** Milliseconds of the peer's clock. */
  readonly at: number;
  readonly sentPerSecond: number;
  readonly receivedPerSecond: number;
  readonly buffered: number;
}

interface Series {
  readonly samples: Sample[];
  last: ChannelSnapshot;
  lastAt: number;
}

/** What came of channels from one snapshot to the next, as far back as the plots reach. */
export class History {
  readonly #series = new Map<string, Series>();

  add({ at, remotes }: PeerSnapshot): void {
    const present = new Set<string>();
    for (const { id, channels } of remotes) {
      for (const channel of channels) {
        const key = keyOf(id, channel.label);
        present.add(key);
        this.#addSample(key, at, channel);
      }
    }
    for (const key of this.#series.keys()) if (!present.has(key)) this.#series.delete(key);
  }

  of(remoteId: string, label: string): readonly Sample[] {
    return this.#series.get(keyOf(remoteId, label))?.samples ?? [];
  }

  clear(): void {
    this.#series.clear();
  }

  #addSample(key: string, at: number, channel: ChannelSnapshot): void {
    const series = this.#series.get(key);
    if (series === undefined || isAnother(series.last, channel)) {
      this.#series.set(key, { samples: [], last: channel, lastAt: at });
      return;
    }
    const seconds = (at - series.lastAt) / 1_000;
    if (seconds <= 0) return;
    series.samples.push({
      at,
      sentPerSecond: (channel.bytesSent - series.last.bytesSent) / seconds,
      receivedPerSecond: (channel.bytesReceived - series.last.bytesReceived) / seconds,
      buffered: channel.bufferedAmount,
    });
    series.last = channel;
    series.lastAt = at;
    // One that is older than the window stays, for the line to begin at its edge.
    while ((series.samples[1]?.at ?? Infinity) < at - WINDOW_MS) series.samples.shift();
  }
}

/** The label was closed and opened again: its counts begin anew. */
function isAnother(last: ChannelSnapshot, now: ChannelSnapshot): boolean {
  return now.bytesSent < last.bytesSent || now.bytesReceived < last.bytesReceived;
}

function keyOf(remoteId: string, label: string): string {
  return `${remoteId}/${label}`;
}
