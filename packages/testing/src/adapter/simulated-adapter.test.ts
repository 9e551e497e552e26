import { afterEach, beforeEach, describe, test } from "vitest";
import { VirtualClock } from "../clock/virtual-clock.js";
import { adapterConformance } from "../conformance/adapter.js";
import type { AdapterConformanceContext } from "../conformance/adapter/context.js";
import { assertNothingLeft } from "../leaks/assert-nothing-left.js";
import { SimulatedTrack } from "../media/simulated-track.js";
import { SimulatedNetwork } from "../network/simulated-network.js";
import { createSimulatedAdapter } from "./simulated-adapter.js";
import type { SimulatedNative } from "./simulated-connection.js";

const NETWORKS = {
  "without delay": { latencyMs: 0 },
  "like the internet": { latencyMs: 30, jitterMs: 20, loss: 0.02, reorder: 0.02, duplicate: 0.01 },
} as const;

for (const [name, conditions] of Object.entries(NETWORKS)) {
  describe(`conformance over a network ${name}`, () => {
    let network: SimulatedNetwork;
    let context: AdapterConformanceContext;
    let stop: () => Promise<void>;

    beforeEach(() => {
      const clock = new VirtualClock();
      network = new SimulatedNetwork({ clock, seed: name, ...conditions });
      context = {
        adapter: createSimulatedAdapter(network, { host: "a" }),
        clock,
        timeoutMs: 30_000,
        createTrack: (kind) => new SimulatedTrack(kind, `${kind} of a device`),
        openInBandChannel: ({ native }, label) => (native as SimulatedNative).openInBandChannel(label),
      };
      stop = clock.play();
    });

    afterEach(async () => {
      await stop();
      await assertNothingLeft(network);
    });

    test.each(adapterConformance().map((one) => [one.name, one] as const))("%s", (_, one) => one.run(context));
  });
}
