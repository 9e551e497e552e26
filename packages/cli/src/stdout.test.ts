import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";
import { setStage } from "./test-support/command.js";
import { bytesOf, temporaryFolder, write } from "./test-support/files.js";

const stage = setStage();

it("a reader that goes early ends tap and chat quietly, with 141, as soon as there is more to say", async () => {
  const tap = stage.run("tap", "lobby", "--json");
  const reader = stage.run("chat", "lobby", "--name", "Ann");
  await tap.saw(({ event }) => event === "connection:connected");
  tap.child.stdout.destroy();
  reader.child.stdout.destroy();
  const talker = stage.run("chat", "lobby", "--name", "Bob");
  await Promise.all([talker.said("Ann is here"), reader.said("Bob is here")]);
  talker.child.stdin.end("hello\n");
  for (const { ended } of [tap, reader]) {
    const { code, err } = await ended;
    expect(code).toBe(141);
    expect(err).not.toMatch(/peerhood:|failed/);
  }
  expect(await talker.ended).toMatchObject({ code: 0 });
});

it("send --json ends with 141 when nobody hears any more that it goes on", async () => {
  const sender = stage.run("send", "--json", "--code", "2-crater-anchor", write(join(temporaryFolder(), "a"), "a"));
  await sender.saw(({ event }) => event === "code");
  sender.child.stdout.destroy();
  const receiver = stage.run("receive", "2-crater-anchor", "--stdout");
  expect(await sender.ended).toMatchObject({ code: 141 });
  receiver.child.kill("SIGINT");
  await receiver.ended;
});

it("words that nobody hears change nothing: stderr may go", async () => {
  const sender = stage.run("send", "--code", "3-crater-anchor", write(join(temporaryFolder(), "a"), "abc"));
  await sender.said("peerhood receive");
  sender.child.stderr.destroy();
  await once(sender.child.stderr, "close");
  expect(String((await stage.run("receive", "3-crater-anchor", "--stdout").ended).out)).toBe("abc");
  expect(await sender.ended).toMatchObject({ code: 0 });
});

it("receive --stdout into a disk that is full ends with 6, and says so", async () => {
  const file = write(join(temporaryFolder(), "a"), bytesOf(1, 100_000));
  const sender = stage.run("send", "--code", "4-crater-anchor", file);
  const { code, err } = await stage.runInto("/dev/full", "receive", "4-crater-anchor", "--stdout").ended;
  expect(code).toBe(6);
  expect(err).toContain("no space left");
  await sender.said("The receiver has stopped: Writing to stdout failed");
});
