// trystero in a page, as its README says, with a strategy of one's own: a BroadcastChannel between two pages of one
// browser instead of a relay outside.
import { createTopicStrategy } from "@trystero-p2p/core";
import { allArrived, arrived, use } from "./library-workload.js";

export { bulk, expectBytes, messages } from "./library-workload.js";

interface Posted {
  readonly topic: string;
  readonly payload: string;
}

const joinRoom = createTopicStrategy({
  init: async () => new BroadcastChannel("trystero"),
  subscribeTopic: (bus: BroadcastChannel, topic, onMessage) => {
    const listener = ({ data }: MessageEvent<Posted>): void => {
      if (data.topic === topic) onMessage(data.topic, data.payload);
    };
    bus.addEventListener("message", listener);
    return () => bus.removeEventListener("message", listener);
  },
  publishTopic: (bus: BroadcastChannel, topic, payload) => bus.postMessage({ topic, payload }),
});

let isOpen: Promise<void>;

export function start(name: string): void {
  // No STUN server: nothing outside this machine is contacted.
  const room = joinRoom({ appId: "peerhood-bench", rtcConfig: { iceServers: [] } }, name);
  const data = room.makeAction<Uint8Array<ArrayBuffer>>("data");
  const all = room.makeAction<string>("all");
  data.onMessage = (value) => arrived(value.byteLength);
  all.onMessage = () => allArrived();
  use({
    send: (value) => data.send(value),
    sendLarge: (value) => data.send(value),
    tellAll: () => void all.send("all"),
  });
  isOpen = new Promise((resolve) => (room.onPeerJoin = () => resolve()));
}

export function opened(): Promise<void> {
  return isOpen;
}
