import { assertNothingLeft, createSimulatedAdapter, SimulatedNetwork, VirtualClock } from "@peerhood/testing";
import { beforeAll, describe, expect, it, test } from "vitest";
import { PeerhoodError } from "../errors.js";
import { Peer } from "../peer.js";
import type { PeerOptions } from "../peer-options.js";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { silentLogger } from "../util/logger.js";
import { AttemptRecord } from "./attempt-record.js";
import { diagnose } from "./diagnose.js";

// Loaded by import() once, which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom(), import("./run-diagnosis.js")]));

/** Two peers that can not connect; the errors of `connection:failed` of both. */
async function fail(
  options: Omit<PeerOptions, "adapter">,
  break_: (network: SimulatedNetwork, peers: readonly Peer[]) => void,
  optionsOfB: Partial<PeerOptions> = {},
): Promise<PeerhoodError[]> {
  const clock = new VirtualClock();
  const network = new SimulatedNetwork({ clock, latencyMs: 10 });
  const drivers = ["a", "b"].map((host) => network.createDriver(host));
  const peers = ["a", "b"].map((host, index) => {
    const driver = drivers[index] ?? network.createDriver(host);
    const adapter = createSimulatedAdapter(network, { host });
    return new Peer({ ...options, ...(host === "b" && optionsOfB), adapter, driver, logger: silentLogger });
  });
  const failed = peers.map(
    (peer) =>
      new Promise<PeerhoodError>((resolve) => void peer.once("connection:failed", ({ error }) => resolve(error))),
  );
  break_(network, peers);
  await clock.runUntil(Promise.all(peers.map((peer) => peer.join("room"))));
  const errors = await clock.runUntil(Promise.all(failed));
  await clock.runUntil(Promise.all(peers.map((peer) => peer.leave())));
  await clock.runUntil(Promise.all(drivers.map((driver) => driver.close())));
  await clock.advance(10_000);
  await assertNothingLeft(network);
  return errors;
}

const codes = (errors: readonly PeerhoodError[]): string[] => errors.map(({ code }) => code);

describe("connection:failed says why", () => {
  test("only addresses of their own networks: what to do depends on whether there are servers", async () => {
    const errors = await fail({}, (network) => network.partition(["a"]));
    expect(codes(errors)).toEqual(["ONLY_HOST_CANDIDATES", "ONLY_HOST_CANDIDATES"]);
    for (const { message } of errors) expect(message).toMatch(/Give iceServers with a STUN server/);
  });

  test("nothing but relays allowed, and none there", async () => {
    const errors = await fail({ iceTransportPolicy: "relay" }, () => {});
    expect(codes(errors)).toEqual(["NO_CANDIDATES", "NO_CANDIDATES"]);
  });

  test("whoever is told that the other has given up says what it saw itself", async () => {
    const relay = { iceTransportPolicy: "relay" } as const;
    const errors = await fail(relay, () => {}, { connectionTimeoutMs: 5_000 });
    expect(codes(errors)).toEqual(["NO_CANDIDATES", "NO_CANDIDATES"]);
    expect(errors.map(({ cause }) => (cause as PeerhoodError).code)).toEqual([
      "CONNECTION_TIMEOUT",
      "CONNECTION_TIMEOUT",
    ]);
    expect(errors[0]).toMatchObject({ cause: { message: expect.stringContaining("has given up") } });
  });

  test("the broker falls silent once they have met", async () => {
    const errors = await fail({}, (network, peers) => {
      for (const peer of peers) peer.once("connection:new", () => network.signaling.partition(["a"]));
    });
    expect(codes(errors)).toEqual(["SIGNALING_SILENT", "SIGNALING_SILENT"]);
  });
});

describe("AttemptRecord", () => {
  const iceServers = [{ urls: "turn:turn.example", username: "u", credential: "secret" }];
  const failure = new PeerhoodError("CONNECTION_FAILED", "It failed.", { retryable: true, remoteId: "r" });
  const host = { candidate: "candidate:1 1 UDP 1 192.0.2.1 4000 typ host" };
  const started = (iceTransportPolicy: "all" | "relay" = "all"): AttemptRecord => {
    const record = new AttemptRecord({ iceServers, iceTransportPolicy });
    record.heard();
    record.localCandidate(host);
    record.remoteCandidate(host);
    return record;
  };

  it("tells a path without encryption", () => {
    expect(started().explain(failure, "encryption")).toMatchObject({
      code: "DTLS_FAILED",
      retryable: true,
      remoteId: "r",
    });
  });

  it("tells a TURN server that refuses from one that is silent, and no secrets", () => {
    const refused = started();
    refused.serverFailed({ url: "turn:turn.example", code: 701, text: "" });
    expect(refused.explain(failure, "path").code).toBe("ONLY_HOST_CANDIDATES");
    refused.serverFailed({ url: "turn:turn.example", code: 401, text: "Unauthorized" });
    expect(refused.explain(failure, "path")).toMatchObject({ code: "TURN_REFUSED", cause: failure });
    expect(refused.explain(failure, "path").message).not.toContain("secret");
    const silent = started("relay");
    silent.serverFailed({ url: "turn:turn.example", code: 701, text: "" });
    expect(silent.explain(failure, "path").code).toBe("ICE_SERVER_UNREACHABLE");
  });

  it("leaves other errors as they are, and says what was tried where it knows no more", () => {
    const other = new PeerhoodError("PROTOCOL_ERROR", "No.");
    expect(started().explain(other, "path")).toBe(other);
    const record = started();
    record.remoteCandidate({ candidate: "candidate:1 1 UDP 1 192.0.2.1 4000 typ srflx" });
    const { code, message } = record.explain(failure, "path");
    expect(code).toBe("CONNECTION_FAILED");
    expect(message).toContain("candidates here host, there host, srflx");
  });
});

describe("diagnose", () => {
  test("on a simulated machine: signaling and a connection within it, and nothing is left", async () => {
    const clock = new VirtualClock();
    const network = new SimulatedNetwork({ clock, latencyMs: 5 });
    const adapter = createSimulatedAdapter(network, { host: "a" });
    const [driver, away] = [network.createDriver("a"), network.createDriver("b")];
    away.goOffline();
    const { ok, checks, text } = await clock.runUntil(diagnose({ adapter, driver: [driver, away] }));
    expect(ok).toBe(false);
    expect(checks.map(({ name, target, status, code }) => ({ name, target, status, code }))).toEqual([
      { name: "signaling", target: "1", status: "ok", code: undefined },
      { name: "signaling", target: "2", status: "failed", code: "SIGNALING_UNREACHABLE" },
      { name: "stun", target: undefined, status: "skipped", code: undefined },
      { name: "turn", target: undefined, status: "skipped", code: undefined },
      { name: "loopback", target: undefined, status: "ok", code: undefined },
    ]);
    expect(text.split("\n").length).toBe(5);
    await Promise.all([driver.close(), away.close()]);
    await clock.advance(20_000);
    await assertNothingLeft(network);
  });
});
