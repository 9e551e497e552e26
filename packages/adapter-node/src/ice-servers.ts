import { PeerhoodError, type IceServer, type Logger } from "@peerhood/core";
import type { IceServer as NativeIceServer } from "node-datachannel";
import { DEFAULT_STUN_PORT, MAX_STUN_SERVERS, MAX_TURN_SERVERS } from "./constants.js";

/** RFC 7064 and RFC 7065, section 3.1: scheme, host (IPv6 in brackets), port, and for TURN the transport. */
const URL_SHAPE = /^(stuns?|turns?):(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i;

/**
 * Translates ICE servers to what libdatachannel takes. It knows TURN over UDP only, and uses two servers of it and
 * one of STUN; what it can not use is left out with a warning.
 * @throws PeerhoodError `INVALID_ARGUMENT` for a URL of no known form, or a TURN server without credentials
 */
export function toNativeIceServers(iceServers: readonly IceServer[], logger: Logger): NativeIceServer[] {
  const stun: NativeIceServer[] = [];
  const turn: NativeIceServer[] = [];
  for (const { urls, username, credential } of iceServers) {
    for (const url of Array.isArray(urls) ? urls : [urls]) {
      const { scheme, hostname, port, transport } = parse(url);
      if (scheme === "stun") stun.push({ hostname, port });
      else if (scheme === "turn" || scheme === "turns") {
        if (typeof username !== "string" || typeof credential !== "string") {
          throw invalid(url, "a TURN server needs a username and a credential");
        }
        if (scheme === "turn" && transport === "udp") {
          turn.push({ hostname, port, username, password: credential, relayType: "TurnUdp" });
        } else logger.warn(`ICE server ${url} is left out: in Node, TURN works over UDP only.`);
      } else logger.warn(`ICE server ${url} is left out: in Node, STUN works over UDP only.`);
    }
  }
  warnOfMore("TURN", turn, MAX_TURN_SERVERS, logger);
  warnOfMore("STUN", stun, MAX_STUN_SERVERS, logger);
  return [...stun.slice(0, MAX_STUN_SERVERS), ...turn.slice(0, MAX_TURN_SERVERS)];
}

function parse(url: string): { scheme: string; hostname: string; port: number; transport: string } {
  const [, scheme = "", host = "", port = DEFAULT_STUN_PORT, transport = "udp"] = URL_SHAPE.exec(url) ?? [];
  if (scheme === "") throw invalid(url, "it is not of the form stun:host, turn:host:port or turns:host");
  if (Number(port) < 1 || Number(port) > 65_535) throw invalid(url, "its port is not from 1 to 65535");
  return {
    scheme: scheme.toLowerCase(),
    hostname: host.replace(/^\[|\]$/g, ""),
    port: Number(port),
    transport: transport.toLowerCase(),
  };
}

function warnOfMore(kind: string, servers: readonly NativeIceServer[], max: number, logger: Logger): void {
  if (servers.length <= max) return;
  const left = servers.slice(max).map(({ hostname, port }) => `${hostname}:${port}`);
  logger.warn(`In Node, ${max} ${kind} server${max > 1 ? "s are" : " is"} used; left out: ${left.join(", ")}.`);
}

function invalid(url: unknown, why: string): PeerhoodError {
  return new PeerhoodError("INVALID_ARGUMENT", `ICE server ${JSON.stringify(url)} can not be used: ${why}.`);
}
