import type { CandidateSnapshot, PeerSnapshot, RemoteSnapshot } from "@peerhood/core";
import { h, setText } from "../dom.js";
import { formatBytes } from "../format.js";

const KINDS: Readonly<Record<CandidateSnapshot["type"], string>> = {
  host: "own address",
  srflx: "address seen by STUN",
  prflx: "address seen by the other",
  relay: "TURN server",
};

/** How the selected remote is reached. */
export function createPath() {
  const list = h("dl", { class: "facts" });
  const none = h("p", { class: "quiet" }, "No connection.");
  const values = new Map<string, HTMLElement>();
  for (const name of ["Route", "Here", "There", "Round trip", "Connection", "Sent", "Received"]) {
    const value = h("dd");
    values.set(name, value);
    list.append(h("div", {}, h("dt", {}, name), value));
  }
  const set = (name: string, text: string): void => {
    const value = values.get(name);
    if (value !== undefined) setText(value, text);
  };
  return {
    element: h("div", {}, none, list),
    show(_snapshot: PeerSnapshot, selected: RemoteSnapshot | undefined): void {
      const connection = selected?.connection;
      list.hidden = connection === undefined;
      none.hidden = connection !== undefined;
      if (connection === undefined) return;
      const { candidatePair: pair, roundTripTimeMs, epoch, state, building, bytesSent, bytesReceived } = connection;
      set("Route", pair === undefined ? "not known yet" : pair.relayed ? "relayed" : "direct");
      set("Here", pair === undefined ? "–" : describe(pair.local));
      set("There", pair === undefined ? "–" : describe(pair.remote));
      set("Round trip", roundTripTimeMs === undefined ? "not measured" : `${roundTripTimeMs.toFixed(1)} ms`);
      set("Connection", `number ${epoch}, ${state}${building ? ", another is being built" : ""}`);
      set("Sent", formatBytes(bytesSent));
      set("Received", formatBytes(bytesReceived));
    },
  };
}

function describe({ type, protocol, address, port }: CandidateSnapshot): string {
  const place = address === undefined || address === "" ? "" : ` ${address}:${port ?? "?"}`;
  return `${type}, ${protocol}: ${KINDS[type]}${place}`;
}
