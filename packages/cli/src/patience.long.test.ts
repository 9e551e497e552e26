import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { setStage } from "./test-support/command.js";
import { contents, temporaryFolder, write } from "./test-support/files.js";

const stage = setStage();
const NOWHERE = "ws://127.0.0.1:1";

it("a server that is not there: 3, after 15 s; doctor says so, with 1", async () => {
  const send = stage.run("send", import.meta.filename, "--server", NOWHERE, "--json");
  const tap = stage.run("tap", "lobby", "--server", NOWHERE);
  const doctor = stage.run("doctor", "--server", NOWHERE);
  expect(await send.ended).toMatchObject({ code: 3 });
  expect(send.events).toEqual([
    expect.objectContaining({ event: "error", code: "SIGNALING_UNREACHABLE", exitCode: 3 }),
  ]);
  const { code, err } = await tap.ended;
  expect(code).toBe(3);
  expect(err).toContain("No signaling server answered at 127.0.0.1:1");
  const { code: failed, out } = await doctor.ended;
  expect(failed).toBe(1);
  expect(String(out)).toContain("FAILED  signaling");
});

it("two sides that see each other and find no path both say so, and why, and go on", async () => {
  // By TURN alone, and nobody answers there.
  const noPath = ["--relay", "--ice", "turn:user:secret@127.0.0.1:1"];
  const sender = stage.run("send", "--code", "1-crater-anchor", ...noPath, import.meta.filename);
  const receiver = stage.run("receive", "1-crater-anchor", ...noPath, "--json", "-o", temporaryFolder());
  await sender.said("The receiver is there, but no connection to it comes about:");
  const told = await receiver.saw(({ event }) => event === "no-connection");
  expect(told).toMatchObject({ code: "ICE_SERVER_UNREACHABLE", message: expect.stringContaining("127.0.0.1:1") });
  for (const { child, ended } of [sender, receiver]) {
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130 });
  }
});

it("5,000 small files, and folders that are empty", async () => {
  const folder = temporaryFolder();
  const [many, empty] = [join(folder, "in/many"), join(folder, "in/empty")];
  for (let number = 0; number < 5_000; number++) write(join(many, `${number % 50}/${number}`), `${number}`);
  mkdirSync(join(many, "nothing/below"), { recursive: true });
  mkdirSync(empty);
  const sender = stage.run("send", "--json", many, empty);
  const { code } = await sender.saw(({ event }) => event === "code");
  const receiver = stage.run("receive", String(code), "--json", "-o", join(folder, "out"));
  // Nothing that Node warns of either.
  expect(await receiver.ended).toMatchObject({ code: 0, err: "" });
  expect(await sender.ended).toMatchObject({ code: 0, err: "" });
  expect(contents(join(folder, "out"))).toEqual(contents(join(folder, "in")));
});
