import { browserAdapter } from "@peerhood/adapter-browser";
import { systemClock } from "@peerhood/core/internal";
import { adapterConformance, type AdapterConformanceContext } from "@peerhood/testing";

const context: AdapterConformanceContext = {
  adapter: browserAdapter,
  clock: systemClock,
  timeoutMs: 20_000,
  createTrack: (kind) => {
    const stream =
      kind === "audio"
        ? new AudioContext().createMediaStreamDestination().stream
        : document.createElement("canvas").captureStream();
    const [track] = stream.getTracks();
    if (track === undefined) throw new Error("The browser made no track.");
    return track;
  },
  openInBandChannel: ({ native }, label) => void (native as RTCPeerConnection).createDataChannel(label),
};

/** Runs one case of the contract here, inside the page. */
export async function runCase(name: string): Promise<void> {
  const found = adapterConformance().find((one) => one.name === name);
  if (!found) throw new Error(`There is no case "${name}".`);
  await found.run(context);
}
