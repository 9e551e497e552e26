declare module "simple-peer/simplepeer.min.js" {
  /** The part of its README that is used here. */
  export default class SimplePeer {
    constructor(options: { initiator: boolean; trickle: boolean; config: RTCConfiguration });
    on(event: "connect", listener: () => void): void;
    on(event: "signal", listener: (signal: { type: "offer" | "answer"; sdp: string }) => void): void;
    on(event: "data", listener: (data: Uint8Array) => void): void;
    once(event: "drain", listener: () => void): void;
    signal(signal: { type: "offer" | "answer"; sdp: string }): void;
    send(data: Uint8Array | string): void;
    write(data: Uint8Array): boolean;
  }
}
