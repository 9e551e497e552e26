import type { CandidateInfo, ConnectionStats } from "@peerhood/core";
import { assert, assertEqual } from "../case.js";
import type { AdapterConformanceCase } from "./context.js";
import { pattern } from "./payloads.js";
import { adapterCase } from "./testbed.js";
import { eventually } from "./waiting.js";

const ALLOWED_KEYS = ["bytesReceived", "bytesSent", "packets", "roundTripTimeMs", "selectedCandidatePair"];

function checkShape(stats: ConnectionStats): void {
  const unknown = Object.keys(stats).filter((key) => !ALLOWED_KEYS.includes(key));
  assertEqual(unknown, [], "fields that the contract does not know");
  for (const bytes of [stats.bytesSent, stats.bytesReceived]) {
    assert(Number.isInteger(bytes) && bytes >= 0, `${bytes} is not a number of bytes`);
  }
  if (stats.packets !== undefined) {
    const { known, lost } = stats.packets;
    assert(Number.isInteger(known) && known > 0, `${known} known packets`);
    assert(Number.isInteger(lost) && lost >= 0 && lost <= known, `${lost} of ${known} packets lost`);
  }
  const { roundTripTimeMs, selectedCandidatePair } = stats;
  if (roundTripTimeMs !== undefined) assert(roundTripTimeMs >= 0, `a round trip of ${roundTripTimeMs} ms`);
  if (selectedCandidatePair === undefined) return;
  checkCandidate(selectedCandidatePair.local);
  checkCandidate(selectedCandidatePair.remote);
}

function checkCandidate({ type, protocol, address, port }: CandidateInfo): void {
  assert(["host", "srflx", "prflx", "relay"].includes(type), `candidate of type ${String(type)}`);
  assert(["udp", "tcp"].includes(protocol), `candidate over ${String(protocol)}`);
  assertEqual(typeof address, "string", "type of an address");
  assert(Number.isInteger(port) && port >= 0 && port <= 65_535, `port ${port}`);
}

export const statsCases: readonly AdapterConformanceCase[] = [
  adapterCase("stats of a new connection are all zero", async (bed) => {
    const stats = await bed.within("stats", bed.local().connection.stats());
    checkShape(stats);
    assertEqual(stats.bytesSent, 0, "bytesSent");
    assertEqual(stats.bytesReceived, 0, "bytesReceived");
    assertEqual(stats.selectedCandidatePair, undefined, "selectedCandidatePair");
  }),
  adapterCase("stage is path before there is a connection, and channels once there is one", async (bed) => {
    const { stage } = bed.local().connection;
    // A runtime that does not know has none.
    if (stage === undefined) return;
    assertEqual(stage, "path", "stage of a new connection");
    const { a, b } = await bed.pair();
    for (const { connection } of [a, b]) assertEqual(connection.stage, "channels", "stage of a connected pair");
  }),
  adapterCase("stats of a connected pair name the candidates, and bytes rise with what is sent", async (bed) => {
    const { a, b, control } = await bed.pair();
    for (const { connection } of [a, b]) {
      checkShape(
        await eventually(
          bed.context,
          "selectedCandidatePair",
          () => connection.stats(),
          (stats) => stats.selectedCandidatePair !== undefined,
        ),
      );
    }
    const [before, beforeB] = await Promise.all([a.connection.stats(), b.connection.stats()]);
    for (let index = 0; index < 10; index++) control.a.channel.send(pattern(10_000));
    await bed.within("messages", control.b.take(10));
    const after = await eventually(
      bed.context,
      "bytesSent to rise by what was sent",
      () => a.connection.stats(),
      (stats) => stats.bytesSent >= before.bytesSent + 100_000,
    );
    checkShape(after);
    checkShape(
      await eventually(
        bed.context,
        "bytesReceived to rise by what was received",
        () => b.connection.stats(),
        (stats) => stats.bytesReceived >= beforeB.bytesReceived + 100_000,
      ),
    );
    const { packets: was = { known: 0, lost: 0 } } = before;
    const { packets: is = was } = after;
    assert(is.known >= was.known && is.lost >= was.lost, "packets are counted since the beginning");
    assert(after.bytesSent < before.bytesSent + 1_000_000, `${after.bytesSent} bytes sent for 100,000`);
  }),
];
