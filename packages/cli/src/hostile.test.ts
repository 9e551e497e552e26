import { existsSync } from "node:fs";
import { join } from "node:path";
import { Peer, WebSocketDriver } from "peerhood";
import { expect, it, onTestFinished } from "vitest";
import { parseCode } from "./code.js";
import { setStage } from "./test-support/command.js";
import { contents, temporaryFolder } from "./test-support/files.js";
import { FILE, OFFER } from "./transfer/offer.js";

const stage = setStage();

/** A sender that says what it likes. */
async function hostile(code: string, offer: unknown, file: () => unknown = () => "x"): Promise<void> {
  const driver = new WebSocketDriver(stage.server.url);
  const peer = new Peer({ driver });
  onTestFinished(async () => {
    await peer.leave();
    await driver.close();
  });
  peer.respond(OFFER, () => offer);
  peer.respond(FILE, file);
  const { room, password } = parseCode(code);
  await peer.join({ room, password, metadata: { cli: 1, role: "send" } });
}

const entry = { path: "", size: 3, modifiedMs: 0 };

it("a sender that wants to write elsewhere is refused with 5, and nothing is written", async () => {
  const folder = temporaryFolder();
  const items = [{ name: "../escaped", kind: "file", entries: [entry] }];
  await hostile("1-crater-anchor", { version: 1, items });
  const { code, err } = await stage.run("receive", "1-crater-anchor", "-o", join(folder, "out")).ended;
  expect(code).toBe(5);
  expect(err).toContain("not safe");
  expect(existsSync(join(folder, "escaped"))).toBe(false);
  expect(contents(join(folder, "out"))).toEqual({});
});

it("what a sender says steers no terminal", async () => {
  const items = [{ name: "a", kind: "file", entries: [entry] }];
  await hostile("4-crater-anchor", { version: 1, items }, () => {
    throw new Error("no\u001B[2J\u009B31m\nReceived: all is well");
  });
  const { code, err } = await stage.run("receive", "4-crater-anchor", "-o", temporaryFolder()).ended;
  expect(code).toBe(1);
  expect(err).toContain("no\uFFFD[2J");
  for (const steering of ["\u001B", "\u009B", "\nReceived"]) expect(err).not.toContain(steering);
});

it("bytes whose SHA-256 differs are thrown away, with 5", async () => {
  const folder = temporaryFolder();
  const items = [{ name: "a", kind: "file", entries: [entry] }];
  await hostile("2-crater-anchor", { version: 1, items }, () => new Uint8Array(3 + 32));
  const { code } = await stage.run("receive", "2-crater-anchor", "-o", folder).ended;
  expect(code).toBe(5);
  expect(existsSync(join(folder, "a"))).toBe(false);
});

it("a sender that never stops fills no disk: more than it said is refused", async () => {
  const folder = temporaryFolder();
  const items = [{ name: "a", kind: "file", entries: [entry] }];
  async function* endless(): AsyncIterable<Uint8Array> {
    for (;;) yield new Uint8Array(65_536);
  }
  await hostile("3-crater-anchor", { version: 1, items }, endless);
  const { code, err } = await stage.run("receive", "3-crater-anchor", "-o", folder).ended;
  expect(code).toBe(5);
  expect(err).toContain("longer");
});
