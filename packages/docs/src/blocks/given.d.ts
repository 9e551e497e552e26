// What the fragments in guides and READMEs take for given, since whoever reads one has it at hand. A block is a module, so
// what it declares itself is taken before these.
import type * as peerhood from "peerhood";

declare global {
  const peer: peerhood.Peer;
  const remote: peerhood.RemotePeer;
  const driver: peerhood.Driver;
  const iceServers: peerhood.IceServer[];
  const WebSocketDriver: typeof peerhood.WebSocketDriver;
  const isPeerhoodError: typeof peerhood.isPeerhoodError;

  const file: File;
  const packet: Uint8Array;
  const index: number;
  const bar: HTMLProgressElement & { update(current: number, total: number | undefined): void };
  const somewhere: WritableStream<Uint8Array>;
  const destination: WritableStream<Uint8Array>;
  const recognizer: { feed(pcm: Int16Array): void };
  function createLogStream(): ReadableStream<Uint8Array>;
  function show(id: string, level: string): void;
  function isAllowed(name: unknown): boolean;
  function askForAnother(why: string): void;
}
