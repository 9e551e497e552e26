import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder, write } from "../test-support/files.js";
import { collect } from "./collect.js";

const paths = ({ offer }: Awaited<ReturnType<typeof collect>>): string[] =>
  offer.items.flatMap(({ entries }) => entries.map(({ path }) => path));

/** Root reads everything: its rights are given up for this test. */
function withoutRights(): void {
  if (process.geteuid?.() !== 0) return;
  process.seteuid?.(65_534);
  onTestFinished(() => process.seteuid?.(0));
}

it("in folders, what has no name for every system, links, and what is no file are left out, and named", async () => {
  const folder = join(temporaryFolder(), "f");
  write(join(folder, "fine"), "");
  for (const name of ["a\nb", "a:b", "nul", "trailing.", "\u202Egpj.exe"]) write(join(folder, name), "");
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/latin-`), Buffer.from([0xe9])]), "");
  symlinkSync("/etc/passwd", join(folder, "link"));
  const collection = await collect([folder]);
  expect(paths(collection)).toEqual(["fine"]);
  expect(collection.skipped.length).toBe(7);
  expect(collection.skipped.join()).toContain("latin-\uFFFD (it can not be read)");
});

it("what can not be read is left out in folders, and an error where it is named", async () => {
  const parent = temporaryFolder();
  const folder = join(parent, "f");
  write(join(folder, "fine"), "");
  write(join(folder, "closed/file"), "");
  const secret = write(join(folder, "secret"), "");
  chmodSync(parent, 0o755);
  chmodSync(secret, 0o200);
  chmodSync(join(folder, "closed"), 0o200);
  withoutRights();
  const collection = await collect([folder]);
  expect(paths(collection)).toEqual(["fine"]);
  expect(collection.skipped).toEqual(["closed", "secret"].map((name) => `${join(folder, name)} (it can not be read)`));
  for (const path of [secret, join(folder, "closed"), join(folder, "none"), "/dev/null"]) {
    await expect(collect([path])).rejects.toMatchObject({ code: "NOT_FOUND", exitCode: 1 });
  }
});

it("an empty name stands for nothing, not for the folder one is in", async () => {
  await expect(collect([""])).rejects.toMatchObject({ code: "NO_NAME", exitCode: 2 });
});
