import type { Peer } from "peerhood";
import { nameOf } from "./people.js";
import { readProfile } from "./profile.js";
import type { Log } from "./view/log.js";
import { farewell, inWords } from "./words.js";

/** Who is met this soon after joining was here before. */
const ARRIVAL_MS = 3_000;

/** Writes into the log who comes, goes, comes back and takes another name. */
export function logComings(peer: Peer, log: Log): void {
  const names = new Map<string, string>();
  let joinedAtMs = Infinity;

  peer.on("connection:connected", ({ remote, resumed }) => {
    const name = nameOf(remote);
    if (resumed && names.has(remote.id)) return log.notice(`${name} is back`);
    if (joinedAtMs === Infinity) joinedAtMs = performance.now();
    names.set(remote.id, name);
    log.notice(performance.now() - joinedAtMs < ARRIVAL_MS ? `${name} is here` : `${name} joined`);
  });
  peer.on("connection:disconnected", ({ remote }) => {
    if (names.has(remote.id)) log.notice(`Lost the connection to ${nameOf(remote)}, trying to get it back`);
  });
  peer.on("connection:failed", ({ remote, error }) => log.notice(`${nameOf(remote)}: ${inWords(error)}`, "problem"));
  peer.on("connection:closed", ({ remote, reason }) => {
    // Nobody saw them come, so nobody misses them; but a refusal is news.
    if (names.delete(remote.id) || reason === "refused") log.notice(farewell(nameOf(remote), reason));
  });
  peer.on("remote:metadata", ({ remote, metadata }) => {
    const before = names.get(remote.id);
    const { name } = readProfile(metadata);
    if (before === undefined || before === name) return;
    names.set(remote.id, name);
    log.notice(`${before} is now called ${name}`);
  });
  peer.on("channel:error", ({ remote, error }) => log.notice(`${nameOf(remote)}: ${inWords(error)}`, "problem"));
  peer.on("error", ({ error }) => log.notice(inWords(error), "problem"));
}
