import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type Command, setStage } from "./test-support/command.js";
import { bytesOf, contents, temporaryFolder, write } from "./test-support/files.js";

const stage = setStage();
const MIB = 1_048_576;

/** Bytes that the command has said to be there. */
function lastOf(command: Command): number {
  return Number(command.events.findLast(({ event }) => event === "progress")?.["current"] ?? 0);
}

/** Bytes that the command found there when it went on. */
function keptBy(command: Command): number {
  return Number(command.events.findLast(({ event }) => event === "done")?.["bytesKept"]);
}

async function past(command: Command, bytes: number): Promise<void> {
  await command.saw(({ event, current }) => event === "progress" && Number(current) > bytes);
}

it("200 MiB in a folder arrive, although each side is killed on the way and started again", async () => {
  const folder = temporaryFolder();
  const tree = join(folder, "in/tree");
  write(join(tree, "large"), bytesOf(1, 150 * MIB));
  for (let number = 0; number < 10; number++) write(join(tree, `some/${number}`), bytesOf(number + 2, 5 * MIB));
  const out = join(folder, "out");
  const send = (): Command => stage.run("send", "--json", "--code", "1-crater-anchor", tree);
  const receive = (): Command => stage.run("receive", "--json", "1-crater-anchor", "-o", out);

  const [firstSender, firstReceiver] = [send(), receive()];
  await past(firstReceiver, 10 * MIB);
  firstReceiver.child.kill("SIGKILL");
  await firstReceiver.ended;
  const before = lastOf(firstReceiver);
  expect(before).toBeLessThan(200 * MIB);

  const secondReceiver = receive();
  await past(secondReceiver, before + 10 * MIB);
  // The sender shows what its receivers have.
  await past(firstSender, before);
  const atKill = lastOf(secondReceiver);
  firstSender.child.kill("SIGKILL");
  await firstSender.ended;
  expect(lastOf(secondReceiver)).toBeLessThan(200 * MIB);
  const secondSender = send();

  expect(await secondReceiver.ended).toMatchObject({ code: 0 });
  expect(await secondSender.ended).toMatchObject({ code: 0 });
  expect(contents(out)).toEqual(contents(join(folder, "in")));
  expect(readdirSync(out)).toEqual(["tree"]);
  // Not from the beginning: what was there is read, not sent.
  expect(keptBy(secondReceiver)).toBeGreaterThanOrEqual(atKill);
  const offers = secondReceiver.events.flatMap(({ event }, index) => (event === "offer" ? [index] : []));
  expect(offers.length).toBe(2);
});

it("ctrl-C on the way ends either side with 130, and the other waits; both go on from there", async () => {
  const folder = temporaryFolder();
  const file = write(join(folder, "in/a"), bytesOf(1, 96 * MIB));
  const out = join(folder, "out");
  const send = (): Command => stage.run("send", "--code", "3-crater-anchor", file);
  const receive = (): Command => stage.run("receive", "--json", "3-crater-anchor", "-o", out);
  const [firstSender, firstReceiver] = [send(), receive()];
  await past(firstReceiver, 0);
  firstReceiver.child.kill("SIGINT");
  expect(await firstReceiver.ended).toMatchObject({ code: 130 });
  await firstSender.said("Waiting for it to come back");

  const secondReceiver = receive();
  await past(secondReceiver, 0);
  firstSender.child.kill("SIGINT");
  const { code, err } = await firstSender.ended;
  expect(code).toBe(130);
  expect(err).toContain("send the same with --code 3-crater-anchor");
  await secondReceiver.saw(({ event }) => event === "interrupted");

  const secondSender = send();
  expect(await secondReceiver.ended).toMatchObject({ code: 0 });
  expect(await secondSender.ended).toMatchObject({ code: 0 });
  expect(keptBy(secondReceiver)).toBeGreaterThan(0);
  expect(contents(out)).toEqual(contents(join(folder, "in")));
});

it("a full disk ends the receiver with 6; what is there is kept, and goes on once there is room", async () => {
  const folder = temporaryFolder();
  const disk = join(folder, "disk");
  write(join(disk, ".keep"), "");
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=48m", "tmpfs", disk], { encoding: "utf8" });
  expect(mounted.stderr, "this test mounts a small file system, for which it has to be root").toBe("");
  onTestFinished(() => void spawnSync("umount", ["-l", disk]));
  const file = write(join(folder, "in/large"), bytesOf(9, 40 * MIB));

  const sender = stage.run("send", "--json", "--code", "2-crater-anchor", file);
  const receiver = stage.run("receive", "--json", "2-crater-anchor", "-o", disk);
  await past(receiver, 0);
  // There was room when it began.
  expect(() => writeFileSync(join(disk, "filler"), bytesOf(1, 48 * MIB))).toThrow("ENOSPC");
  expect(await receiver.ended).toMatchObject({ code: 6 });
  expect(receiver.events.at(-1)).toMatchObject({ event: "error", code: "DISK_FULL" });
  await sender.saw(({ event }) => event === "receiver-failed");

  const refused = stage.run("receive", "--json", "2-crater-anchor", "-o", disk);
  expect(await refused.ended).toMatchObject({ code: 6 });
  expect(refused.events.at(-1)?.["message"]).toContain("There is room for");

  rmSync(join(disk, "filler"));
  const last = stage.run("receive", "--json", "2-crater-anchor", "-o", disk);
  expect(await last.ended).toMatchObject({ code: 0 });
  expect(keptBy(last)).toBeGreaterThan(MIB);
  expect(await sender.ended).toMatchObject({ code: 0 });
  expect(contents(join(folder, "in"))["large"]).toBe(contents(disk)["large"]);
});
