// A member that may use a TURN server only, the same code in a page and in Node.
import { iceServersFrom, Peer, WebSocketDriver, type IceServer, type PeerhoodError, type RemotePeer } from "peerhood";

let driver: WebSocketDriver;
let peer: Peer;
let heard: Promise<unknown>;
let connected: Promise<RemotePeer>;
let failed: Promise<PeerhoodError>;

/** @param turn what to use, or the url of a signaling server that gives it at `/ice` */
export async function join(url: string, room: string, turn: IceServer[] | string, timeoutMs = 15_000): Promise<void> {
  driver = new WebSocketDriver(url);
  peer = new Peer({
    driver,
    iceTransportPolicy: "relay",
    connectionTimeoutMs: timeoutMs,
    iceServers: typeof turn === "string" ? iceServersFrom(turn) : turn,
  });
  heard = new Promise((resolve) => void peer.on("channel:message", async ({ data }) => resolve(await data)));
  connected = new Promise((resolve) => void peer.once("connection:connected", ({ remote }) => resolve(remote)));
  failed = new Promise((resolve) => void peer.once("connection:failed", ({ error }) => resolve(error)));
  await peer.open("chat");
  await peer.join(room);
}

/** What came from the other side. */
export function message(): Promise<unknown> {
  return heard;
}

/** Sends to the other side; how it is connected to it. */
export async function tell(text: string): Promise<{ relayed: boolean | undefined; type: string | undefined }> {
  const remote = await connected;
  await remote.send(text, "chat");
  const { relayed, selectedCandidatePair } = await remote.stats();
  return { relayed, type: selectedCandidatePair?.local.type };
}

/** Why there is no connection. */
export async function failure(): Promise<{ code: string; message: string }> {
  const { code, message } = await failed;
  return { code, message };
}

export async function leave(): Promise<void> {
  await peer.leave();
  await driver.close();
}
