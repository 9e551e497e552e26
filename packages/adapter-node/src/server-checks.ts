import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import type { IceServerFailure } from "@peerhood/core";
import type { IceServer } from "node-datachannel";
import { SERVER_CHECK_MS, STUN_REPEAT_AT_MS } from "./constants.js";
import { allocateRequest, bindingRequest, readStun, refreshRequest, type StunMessage } from "./stun-message.js";

/**
 * Asks a STUN or TURN server that has given no candidate what is wrong: libdatachannel does not say. Resolves with
 * `undefined` when nothing is, as of a STUN server where there is no NAT.
 */
export async function checkServer(
  server: IceServer,
  bindAddress: string | undefined,
  signal: AbortSignal,
): Promise<IceServerFailure | undefined> {
  const isTurn = server.relayType !== undefined;
  const url = `${isTurn ? "turn" : "stun"}:${server.hostname}:${server.port}`;
  const silent = (text: string): IceServerFailure => ({ url, code: 701, text });
  let target: { address: string; family: number };
  try {
    target = await lookup(server.hostname);
  } catch {
    return silent("the name is not known");
  }
  const socket = createSocket(target.family === 6 ? "udp6" : "udp4");
  try {
    // An error of the socket, such as a refused port, is silence like any other.
    socket.on("error", () => {});
    socket.bind(0, bindAddress);
    const ask = (request: Buffer): Promise<StunMessage | undefined> =>
      new Promise((resolve) => {
        const timers = STUN_REPEAT_AT_MS.map((ms) =>
          setTimeout(() => socket.send(request, server.port, target.address, () => {}), ms),
        );
        const end = (answer?: StunMessage): void => {
          for (const timer of timers) clearTimeout(timer);
          socket.off("message", receive);
          signal.removeEventListener("abort", stop);
          resolve(answer);
        };
        const stop = (): void => end();
        const receive = (packet: Buffer): void => {
          const answer = readStun(packet);
          if (answer?.transaction.equals(request.subarray(8, 20)) === true) end(answer);
        };
        timers.push(setTimeout(stop, SERVER_CHECK_MS));
        socket.on("message", receive);
        signal.addEventListener("abort", stop, { once: true });
      });
    if (!isTurn) return (await ask(bindingRequest())) === undefined ? silent("no answer") : undefined;
    let answer = await ask(allocateRequest());
    if (answer === undefined) return silent("no answer");
    const { username = "", password = "" } = server;
    const { realm, nonce } = answer;
    // RFC 8489 section 9.2.4: the first refusal says with what to come back.
    if (answer.error?.code === 401 && realm !== undefined && nonce !== undefined) {
      const login = { username, password, realm, nonce };
      answer = await ask(allocateRequest(login));
      if (answer === undefined) return silent("no answer");
      // Given back at once: nobody waits for the answer.
      if (answer.error === undefined) {
        await new Promise((resolve) => socket.send(refreshRequest(login), server.port, target.address, resolve));
      }
    }
    return answer.error && { url, ...answer.error };
  } finally {
    socket.close();
  }
}
