import { join } from "node:path";
import { expect, it } from "vitest";
import { setStage } from "./test-support/command.js";
import { bytesOf, contents, temporaryFolder, write } from "./test-support/files.js";

const stage = setStage();

it("a file and a folder arrive, and both sides end with 0 and nothing on stdout", async () => {
  const folder = temporaryFolder();
  write(join(folder, "in/photo.jpg"), bytesOf(1, 3_000_000));
  write(join(folder, "in/notes/a/b.txt"), "b");
  write(join(folder, "in/notes/empty.txt"), "");
  const sender = stage.run("send", "--code", "1-crater-anchor", join(folder, "in/photo.jpg"), join(folder, "in/notes"));
  const receiver = stage.run("receive", "1 Crater Anchor", "-o", join(folder, "out"));
  expect(await receiver.ended).toMatchObject({ code: 0, out: Buffer.alloc(0) });
  const { code, out, err } = await sender.ended;
  expect({ code, out: String(out) }).toEqual({ code: 0, out: "" });
  expect(err).toContain("peerhood receive 1-crater-anchor");
  expect(contents(join(folder, "out"))).toEqual(contents(join(folder, "in")));
});

it("pipes: what goes into send - comes out of receive --stdout, beside JSON that is in nobody's way", async () => {
  const bytes = bytesOf(2, 2_000_000);
  const sender = stage.run("send", "--json", "-");
  const { code } = await sender.saw(({ event }) => event === "code");
  const receiver = stage.run("receive", String(code), "--stdout", "--json");
  sender.child.stdin.end(bytes);
  const { code: exitCode, out } = await receiver.ended;
  expect(exitCode).toBe(0);
  expect(out.equals(bytes)).toBe(true);
  expect(receiver.events.map(({ event }) => event)).toEqual(expect.arrayContaining(["waiting", "offer", "done"]));
  expect(await sender.ended).toMatchObject({ code: 0 });
  expect(sender.events.at(-1)).toEqual({ event: "done", bytes: bytes.length });
});

it("a reader that goes early ends receive --stdout quietly, with 141", async () => {
  const sender = stage.run("send", "--code", "3-crater-anchor", "-");
  const receiver = stage.run("receive", "3-crater-anchor", "--stdout");
  sender.child.stdin.write(bytesOf(3, 1_000_000));
  receiver.child.stdout.once("data", () => receiver.child.stdout.destroy());
  const { code, err } = await receiver.ended;
  expect(code).toBe(141);
  expect(err).not.toContain("peerhood:");
});

it("a wrong code ends the receiver with 4, and the sender goes on waiting; ctrl-C ends that with 130", async () => {
  const folder = temporaryFolder();
  const sender = stage.run("send", "--code", "4-crater-anchor", write(join(folder, "a"), "a"));
  await sender.said("peerhood receive");
  const receiver = stage.run("receive", "4-crater-banana", "-o", folder, "--json");
  expect(await receiver.ended).toMatchObject({ code: 4 });
  expect(receiver.events.at(-1)).toMatchObject({ event: "error", code: "WRONG_CODE", exitCode: 4 });
  await sender.said("was not let in");
  sender.child.kill("SIGINT");
  const { code, err } = await sender.ended;
  expect(code).toBe(130);
  expect(err).toContain("--code 4-crater-anchor");
});
