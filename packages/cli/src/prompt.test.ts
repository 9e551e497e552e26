import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Command, setStage } from "./test-support/command.js";
import { bytesOf, contents, temporaryFolder, write } from "./test-support/files.js";

const stage = setStage();
const MIB = 1_048_576;

/** A folder in which `a` is there already, a sender of another `a`, and a receiver on a terminal that asks what to do. */
async function asked(number: number, bytes: Buffer): Promise<{ out: string; sender: Command; receiver: Command }> {
  const folder = temporaryFolder();
  const out = join(folder, "out");
  write(join(out, "a"), "old");
  const sender = stage.run("send", "--code", `${number}-crater-anchor`, write(join(folder, "a"), bytes));
  const receiver = stage.runOnTerminal("receive", `${number}-crater-anchor`, "-o", out);
  await receiver.printed('There is a "a" here already.');
  return { out, sender, receiver };
}

it("a terminal is asked about a name that is taken; return keeps what is there", async () => {
  const bytes = bytesOf(1, 2 * MIB);
  const { out, receiver, sender } = await asked(1, bytes);
  receiver.child.stdin.write("\r");
  expect(await receiver.ended).toMatchObject({ code: 0 });
  expect(await sender.ended).toMatchObject({ code: 0 });
  expect(readFileSync(join(out, "a"), "utf8")).toBe("old");
  expect(readFileSync(join(out, "a (2)")).equals(bytes)).toBe(true);
  // The bar, drawn over itself and taken away in the end.
  const shown = String(receiver.out);
  expect(shown).toMatch(/█ +100% {2}2\.1 MB of 2\.1 MB/);
  expect(shown.lastIndexOf("\r\u001B[K")).toBeGreaterThan(shown.lastIndexOf("█"));
});

it("down and return replace it", async () => {
  const { out, receiver } = await asked(2, Buffer.from("new"));
  receiver.child.stdin.write("\u001B[B\r");
  expect(await receiver.ended).toMatchObject({ code: 0 });
  expect(Object.keys(contents(out))).toEqual(["a"]);
  expect(readFileSync(join(out, "a"), "utf8")).toBe("new");
});

it("ctrl-C while it asks ends it with 130, and leaves nothing behind", async () => {
  const { out, receiver, sender } = await asked(3, Buffer.from("new"));
  receiver.child.stdin.write("\u0003");
  expect(await receiver.ended).toMatchObject({ code: 130 });
  await sender.said("The receiver has stopped: Interrupted.");
  expect(readFileSync(join(out, "a"), "utf8")).toBe("old");
  expect(Object.keys(contents(out))).toEqual(["a"]);
});

it("a sender that goes while it asks is waited for, and asked about no second time", async () => {
  const { out, receiver, sender } = await asked(4, Buffer.from("new"));
  sender.child.kill("SIGINT");
  await sender.ended;
  await receiver.printed("The sender has gone.");
  receiver.child.stdin.write("\u0003");
  expect(await receiver.ended).toMatchObject({ code: 130 });
  expect(Object.keys(contents(out))).toEqual(["a"]);
});
