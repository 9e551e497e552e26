import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { startServer } from "@peerhood/server";
import type { Diagnosis, IceServer } from "peerhood";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { killActors, startActor, type RunningActor } from "../actors/start-actor.js";
import { describeWith } from "../browser/index.js";
import type * as actor from "./diagnose.actor.js";
import { CREDENTIAL, missingCoturn, startCoturn, USERNAME, type Coturn } from "../relayed/start-coturn.js";

const ENTRY = new URL("./diagnose.actor.ts", import.meta.url);
const missing = missingCoturn();

let server: Awaited<ReturnType<typeof startServer>>;
let coturn: Coturn | undefined;
/** Takes every packet, and answers none. */
const silent = createSocket("udp4");
/** Takes every connection, and says nothing. */
const mute = createServer(() => {});

beforeAll(async () => {
  server = await startServer({ port: 0, host: "127.0.0.1" });
  if (missing === undefined) coturn = await startCoturn();
  await new Promise<void>((resolve) => silent.bind(0, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
});
afterEach(killActors);
afterAll(async () => {
  await Promise.all([server.close(), coturn?.close()]);
  silent.close();
  mute.close();
});

const turn = (port: number, credential: string): IceServer => ({
  urls: `turn:127.0.0.1:${port}`,
  username: USERNAME,
  credential,
});
const brief = ({ checks }: Diagnosis): string[] =>
  checks.map(({ name, status, code }) => [name, status, code].filter(Boolean).join(" "));

function scenarios(start: () => Promise<RunningActor<typeof actor>>): void {
  test("all is well", async ({ skip }) => {
    if (coturn === undefined) return skip(missing);
    const { port } = coturn;
    const one = await start();
    const iceServers = [{ urls: `stun:127.0.0.1:${port}` }, turn(port, CREDENTIAL)];
    const diagnosis = await one.call("run", iceServers, server.url);
    expect(brief(diagnosis), diagnosis.text).toEqual(["signaling ok", "stun ok", "turn ok", "loopback ok"]);
    expect(diagnosis.ok).toBe(true);
    expect(diagnosis.text).not.toContain(CREDENTIAL);
  });

  test("wrong credentials, and a signaling server that says nothing", async ({ skip }) => {
    if (coturn === undefined) return skip(missing);
    const one = await start();
    const url = `ws://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const diagnosis = await one.call("run", [turn(coturn.port, "wrong")], url);
    expect(brief(diagnosis), diagnosis.text).toEqual([
      "signaling failed SIGNALING_UNREACHABLE",
      "stun skipped",
      "turn failed TURN_REFUSED",
      "loopback ok",
    ]);
    expect(diagnosis.checks[2]?.message).toMatch(/username or credential/);
  });

  test("servers that are silent, and one that is not there", async () => {
    const one = await start();
    const { port } = silent.address();
    const iceServers = [{ urls: `stun:127.0.0.1:${port}` }, turn(port, CREDENTIAL), turn(9, "x")];
    const diagnosis = await one.call("run", iceServers, server.url, 2_500);
    expect(brief(diagnosis), diagnosis.text).toEqual([
      "signaling ok",
      "stun failed ICE_SERVER_UNREACHABLE",
      "turn failed ICE_SERVER_UNREACHABLE",
      "turn failed ICE_SERVER_UNREACHABLE",
      "loopback ok",
    ]);
    expect(diagnosis.ok).toBe(false);
  });
}

describe("diagnose in Node", () => scenarios(() => startActor<typeof actor>(ENTRY, "node")));
describeWith(["chromium"], "diagnose in Chromium", (browser) =>
  scenarios(() => startActor<typeof actor>(ENTRY, browser("chromium"))),
);
