import { PeerhoodError, toPeerhoodError } from "../errors.js";
import type { IceServerList } from "./ice-server-source.js";

export interface IceServersFromOptions {
  /** As that of WebSocketDriver: a function is called each time. Sent as `Authorization: Bearer`. */
  readonly token?: string | (() => string | Promise<string>);
  /** @default the platform's */
  readonly fetch?: (url: string, init: { headers: Record<string, string> }) => Promise<Response>;
}

/**
 * An `iceServers` function that asks a `peerhood-server` for TURN servers with fresh credentials.
 * @param url that of the signaling server (`wss:`), or of what answers like its `/ice` (`https:`)
 * @throws PeerhoodError `INVALID_ARGUMENT`; the function `DRIVER_REFUSED` (the token), `SIGNALING_UNREACHABLE`
 * @example
 * const url = "wss://signal.example";
 * new Peer({ driver: new WebSocketDriver(url, { token }), iceServers: iceServersFrom(url, { token }) });
 */
export function iceServersFrom(
  url: string,
  { token = "", fetch = (...args) => globalThis.fetch(...args) }: IceServersFromOptions = {},
): () => Promise<IceServerList> {
  const address = /^(?:ws|http)(s?:\/\/[^/?#]+)(\/[^?#]+)?/i.exec(url);
  if (!address) throw new PeerhoodError("INVALID_ARGUMENT", 'iceServersFrom needs a url of "wss://" or "https://".');
  const from = `http${address[1]}${address[2] ?? "/ice"}`;
  return async () => {
    try {
      const bearer = typeof token === "string" ? token : await token();
      const response = await fetch(from, { headers: bearer === "" ? {} : { authorization: `Bearer ${bearer}` } });
      if (response.ok) return (await response.json()) as IceServerList;
      const isRefused = response.status === 401 || response.status === 403;
      throw new PeerhoodError(
        isRefused ? "DRIVER_REFUSED" : "SIGNALING_UNREACHABLE",
        `${from} gave no TURN servers: ${response.status} ${(await response.text()).trim().slice(0, 100)}`,
        { retryable: !isRefused },
      );
    } catch (error) {
      throw toPeerhoodError(error, "SIGNALING_UNREACHABLE", `${from} gave no TURN servers; see cause.`, {
        retryable: true,
      });
    }
  };
}
