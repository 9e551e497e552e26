import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { startServer } from "@peerhood/server";
import { expect, it, onTestFinished } from "vitest";
import { setStage } from "./test-support/command.js";
import { bytesOf, contents, temporaryFolder, write } from "./test-support/files.js";

const stage = setStage();
const MIB = 1_048_576;

it("ctrl-C while the server is looked for ends either side with 130 at once", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  onTestFinished(() => void silent.close());
  const url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  for (const args of [
    ["send", import.meta.filename],
    ["chat", "lobby"],
  ]) {
    const command = stage.run(...args, "--server", url);
    await once(silent, "connection");
    command.child.kill("SIGINT");
    expect(await command.ended).toMatchObject({ code: 130 });
  }
});

it("a server that restarts while one waits, and goes for good on the way, stops nothing", async () => {
  const folder = temporaryFolder();
  const file = write(join(folder, "in/a"), bytesOf(2, 16 * MIB));
  const out = join(folder, "out");
  const { port, url, close } = await startServer({ port: 0 });
  const sender = stage.run("send", "--server", url, "--code", "2-crater-anchor", "--json", file);
  await sender.saw(({ event }) => event === "code");
  await close();
  const again = await startServer({ port });
  onTestFinished(() => again.close());
  const receiver = stage.run("receive", "--server", url, "2-crater-anchor", "--json", "-o", out);
  await receiver.saw(({ event }) => event === "offer");
  await again.close();
  expect(await receiver.ended).toMatchObject({ code: 0 });
  expect(await sender.ended).toMatchObject({ code: 0 });
  expect(contents(out)).toEqual(contents(join(folder, "in")));
});

it("of two receivers with one code the one that came last gets all, and the sender says so", async () => {
  const folder = temporaryFolder();
  const file = write(join(folder, "in/a"), bytesOf(3, 48 * MIB));
  const sender = stage.run("send", "--code", "3-crater-anchor", file);
  const first = stage.run("receive", "--json", "3-crater-anchor", "--stdout");
  // A reader that takes nothing: it will not be through before the other one comes.
  first.child.stdout.pause();
  await first.saw(({ event }) => event === "progress");
  const second = stage.run("receive", "3-crater-anchor", "-o", join(folder, "out"));
  await sender.said("Another receiver has come");
  expect(await second.ended).toMatchObject({ code: 0 });
  expect(await sender.ended).toMatchObject({ code: 0 });
  expect(contents(join(folder, "out"))).toEqual(contents(join(folder, "in")));
});
