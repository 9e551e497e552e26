import type { PeerhoodInspector } from "@peerhood/inspector";
import type { Peer } from "peerhood";
import { h } from "../dom.js";

/** A script of its own, which only those load who ask for it. */
const SCRIPT = "/inspector.js";

/** Shows what the peer is doing, below the room: for `?inspect`. */
export async function inspectorPanel(peer: Peer): Promise<void> {
  await import(SCRIPT);
  const inspector: PeerhoodInspector = h("peerhood-inspector");
  inspector.peer = peer;
  document.body.append(
    h("details", { class: "inspect", open: "" }, h("summary", {}, "What this peer is doing"), inspector),
  );
}
