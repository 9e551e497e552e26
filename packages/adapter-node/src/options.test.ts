import { describe, expect, it } from "vitest";
import { createNodeAdapter, type NodeAdapterOptions } from "./index.js";
import { toNativeSctp } from "./options.js";
import { close, connect, createEnd } from "./testing/pair.js";

describe("options", () => {
  it.each<NodeAdapterOptions>([
    { bindAddress: "localhost" },
    { bindAddress: "" },
    { portRange: { first: 0, last: 10 } },
    { portRange: { first: 20, last: 10 } },
    { portRange: { first: 60_000, last: 70_000 } },
    { mtu: 9_000 },
    { mtu: 100 },
    { sctp: { sendBufferBytes: -1 } },
    { sctp: { initialWindowPackets: 1.5 } },
  ])("refused: %j", (options) => {
    expect(() => createNodeAdapter(options)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });

  it("all of them together connect", async () => {
    const adapter = createNodeAdapter({
      bindAddress: "127.0.0.1",
      portRange: { first: 45_620, last: 45_629 },
      mtu: 1_500,
      sctp: { sendBufferBytes: 2_097_152 },
    });
    const [a, b] = [createEnd({ adapter }), createEnd({ adapter })];
    await connect(a, b);
    const { selectedCandidatePair } = await a.connection.stats();
    expect(selectedCandidatePair?.local).toMatchObject({ type: "host", protocol: "udp", address: "127.0.0.1" });
    await close(a, b);
  });

  it("SCTP is tuned for long paths unless told otherwise", () => {
    const tuned = { recvBufferSize: 4_194_304, sendBufferSize: 4_194_304, initialCongestionWindow: 64 };
    expect(toNativeSctp()).toEqual(tuned);
    expect(toNativeSctp({ initialWindowPackets: 10 })).toEqual({ ...tuned, initialCongestionWindow: 10 });
  });
});
