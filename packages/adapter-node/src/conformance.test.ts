import { adapterConformance, type AdapterConformanceContext } from "@peerhood/testing";
import { systemClock } from "@peerhood/core/internal";
import type { DataChannel, PeerConnection } from "node-datachannel";
import { describe, it } from "vitest";
import { createNodeAdapter, NodeMediaStreamTrack } from "./index.js";

/** Node-datachannel closes a channel that is collected. */
const held = new Set<DataChannel>();

const context: AdapterConformanceContext = {
  adapter: createNodeAdapter(),
  clock: systemClock,
  timeoutMs: 4_000,
  createTrack: (kind) => new NodeMediaStreamTrack({ kind, codec: kind === "audio" ? "opus" : "VP8" }),
  openInBandChannel: ({ native }, label) => {
    const channel = (native as PeerConnection).createDataChannel(label);
    held.add(channel);
    channel.onMessage(() => {});
    channel.onClosed(() => held.delete(channel));
  },
};

describe("the contract of an adapter, between two connections of one process", () => {
  for (const { name, requires, run } of adapterConformance()) {
    if (requires === undefined || requires in context) it(name, () => run(context));
  }
});
