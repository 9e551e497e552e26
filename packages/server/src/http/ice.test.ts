import { iceServersFrom } from "@peerhood/core";
import { afterEach, describe, expect, it } from "vitest";
import { startServer, type SignalingServer } from "../server.js";
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
});
