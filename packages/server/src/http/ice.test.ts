import { iceServersFrom, Peer } from "@peerhood/core";
import { nodeAdapter } from "@peerhood/adapter-node";
import { MemoryDriver } from "@peerhood/core";
import { afterEach, describe, expect, it } from "vitest";
import { startServer, type SignalingServer } from "../server.js";
import { findProgram, freePort, Program } from "../test-support/programs.js";
import type { TurnOptions } from "./turn.js";

const SECRET = "coturn's shared secret";
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(turn: TurnOptions): Promise<SignalingServer> {
  const server = await startServer({ port: 0, turn, authorize: (token) => token === "good" });
  cleanUps.push(() => server.close());
  return server;
}

describe("iceServersFrom", () => {
  const turn = { urls: ["turn:turn.example:3478"], secret: SECRET };

  it("asks the signaling server, with the token of that moment", async () => {
    const { url } = await serve(turn);
    const tokens = ["good", "bad"];
    const ask = iceServersFrom(url, { token: async () => tokens.shift() ?? "" });
    const { iceServers, ttlMs } = await ask();
    expect(iceServers).toEqual([
      { urls: turn.urls, username: expect.stringMatching(/^\d+:/), credential: expect.any(String) },
    ]);
    expect(ttlMs).toBe(1_800_000);
    await expect(ask()).rejects.toMatchObject({ code: "DRIVER_REFUSED", message: expect.stringContaining("401") });
  });

  it("says what is wrong", async () => {
    for (const url of ["", "signal.example", "ftp://x", "wss://"]) {
      expect(() => iceServersFrom(url)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    }
    await expect(iceServersFrom("ws://127.0.0.1:1")()).rejects.toMatchObject({
      code: "SIGNALING_UNREACHABLE",
      retryable: true,
    });
    const asked: string[] = [];
    const answer = async (url: string): Promise<Response> => {
      asked.push(url);
      return new Response("busy", { status: 503 });
    };
    for (const url of ["wss://a:1", "ws://a/", "https://a/own/ice?x"]) {
      await expect(iceServersFrom(url, { fetch: answer })()).rejects.toMatchObject({ code: "SIGNALING_UNREACHABLE" });
    }
    expect(asked).toEqual(["https://a:1/ice", "http://a/ice", "https://a/own/ice"]);
  });

  it.skipIf(findProgram("turnserver") === undefined)(
    "two peers meet over coturn alone, with what it gives",
    async () => {
      const port = await freePort();
      const options = [
        "--listening-ip=127.0.0.1",
        "--relay-ip=127.0.0.1",
        "--allow-loopback-peers",
        "--no-tls",
        "--no-dtls",
      ];
      const secret = [
        "--use-auth-secret",
        `--static-auth-secret=${SECRET}`,
        "--realm=peerhood",
        "--cli-password=unused",
        "--no-cli",
      ];
      const coturn = new Program(
        "turnserver",
        ["-n", `--listening-port=${port}`, ...options, ...secret, "--pidfile=", "--log-file=/dev/null"],
        port,
      );
      await coturn.start();
      cleanUps.push(() => coturn.kill());
      const { url } = await serve({ urls: [`turn:127.0.0.1:${port}`], secret: SECRET });
      const iceServers = iceServersFrom(url, { token: "good" });
      const peers = [0, 1].map(
        () => new Peer({ adapter: nodeAdapter, driver: new MemoryDriver(), iceServers, iceTransportPolicy: "relay" }),
      );
      for (const peer of peers) cleanUps.push(() => peer.leave());
      const connected = new Promise<void>((resolve) => void peers[1]?.on("connection:connected", () => resolve()));
      for (const peer of peers) await peer.join("relayed");
      await connected;
      const [remote] = peers[1]?.remotes.values() ?? [];
      expect((await remote?.stats())?.relayed).toBe(true);
    },
  );
});
