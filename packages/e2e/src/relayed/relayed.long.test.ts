import { mintTurnCredentials, startServer, type SignalingServer } from "@peerhood/server";
import type { IceServer } from "peerhood";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { killActors, startActor, type RunningActor } from "../actors/start-actor.js";
import { describeWith, type TestBrowser } from "../browser/index.js";
import type * as actor from "./relayed.actor.js";
import { missingCoturn, startCoturn, type Coturn } from "./start-coturn.js";

const ENTRY = new URL("./relayed.actor.ts", import.meta.url);
const SECRET = "coturn's shared secret";
const missing = missingCoturn();

let coturn: Coturn | undefined;
let server: SignalingServer;
let turnUrl: string;
let rooms = 0;

beforeAll(async () => {
  if (missing === undefined) coturn = await startCoturn(SECRET);
  turnUrl = `turn:127.0.0.1:${coturn?.port ?? 9}`;
  server = await startServer({ port: 0, turn: { urls: [turnUrl], secret: SECRET } });
});
afterEach(killActors);
afterAll(() => Promise.all([server.close(), coturn?.close()]));

type Member = RunningActor<typeof actor>;

/** Two members of a room of their own; the second, at `other`, comes when the first is there. */
async function members(
  other: TestBrowser | "node",
  turn: IceServer[] | string,
  timeoutMs?: number,
): Promise<[Member, Member]> {
  const both = [await startActor<typeof actor>(ENTRY, "node"), await startActor<typeof actor>(ENTRY, other)] as const;
  const room = `relayed ${rooms++}`;
  for (const each of both) await each.call("join", server.url, room, turn, timeoutMs);
  return [...both];
}

function scenarios(where: () => TestBrowser | "node"): void {
  test("meets over coturn alone, with what /ice gives", async ({ skip }) => {
    if (coturn === undefined) return skip(missing);
    const [one, two] = await members(where(), server.url);
    const relayed = { relayed: true, type: "relay" };
    expect(await Promise.all([one.call("tell", "from one"), two.call("tell", "from two")])).toEqual([relayed, relayed]);
    expect(await Promise.all([one.call("message"), two.call("message")])).toEqual(["from two", "from one"]);
    await Promise.all([one.call("leave"), two.call("leave")]);
  });

  test("with credentials that have expired: TURN_REFUSED, which names the server and says what to do", async ({
    skip,
  }) => {
    if (coturn === undefined) return skip(missing);
    // An hour old.
    const { username, credential } = mintTurnCredentials({ secret: SECRET, ttlS: -3_600 }, "ann");
    const both = await members(where(), [{ urls: turnUrl, username, credential }], 5_000);
    for (const { code, message } of await Promise.all(both.map((each) => each.call("failure")))) {
      expect(code, message).toBe("TURN_REFUSED");
      expect(message).toContain(turnUrl);
      expect(message).toMatch(/have expired/);
      expect(message).toMatch(/iceServers .* function/);
      expect(message).not.toContain(credential);
    }
    await Promise.all(both.map((each) => each.call("leave")));
  });
}

describe("relay only, Node to Node", () => scenarios(() => "node"));
describeWith(["chromium"], "relay only, Node to Chromium", (browser) => scenarios(() => browser("chromium")));
