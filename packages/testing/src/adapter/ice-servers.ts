import { PeerhoodError, type IceServer } from "@peerhood/core";

/** RFC 7064 section 3.1 and RFC 7065 section 3.1: scheme, host, port, transport. */
const ICE_URL = /^(stuns?|turns?):[^\s:/?#@]+(:\d{1,5})?(\?transport=(udp|tcp))?$/;

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function checkIceServers(servers: readonly IceServer[]): void {
  for (const { urls, username, credential } of servers) {
    for (const url of [urls].flat()) {
      if (!ICE_URL.test(url)) throw invalid(`${JSON.stringify(url)} is no URL of a STUN or TURN server`);
      if (isTurn(url) && (username === undefined || credential === undefined)) {
        throw invalid(`${JSON.stringify(url)} needs username and credential`);
      }
    }
  }
}

export function hasTurn(servers: readonly IceServer[]): boolean {
  return servers.some(({ urls }) => [urls].flat().some(isTurn));
}

function isTurn(url: string): boolean {
  return url.startsWith("turn");
}

function invalid(why: string): PeerhoodError {
  return new PeerhoodError("INVALID_ARGUMENT", `The ICE servers are not usable: ${why}.`);
}
