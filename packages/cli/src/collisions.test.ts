import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { setStage } from "./test-support/command.js";
import { contents, temporaryFolder, write } from "./test-support/files.js";

const stage = setStage();

it("a name that is taken is kept; --overwrite replaces files, and in folders what has the same name", async () => {
  const folder = temporaryFolder();
  const [file, tree] = [write(join(folder, "in/a.txt"), "new"), join(folder, "in/tree")];
  write(join(tree, "same.txt"), "new");
  const out = join(folder, "out");
  for (const name of ["a.txt", "tree/same.txt", "tree/other.txt"]) write(join(out, name), "old");

  const first = stage.run("send", "--code", "5-crater-anchor", file, tree);
  expect(await stage.run("receive", "5-crater-anchor", "-o", out).ended).toMatchObject({ code: 0 });
  await first.ended;
  const read = (name: string): string => readFileSync(join(out, name), "utf8");
  expect([read("a.txt"), read("a (2).txt"), read("tree/same.txt"), read("tree (2)/same.txt")]).toEqual([
    "old",
    "new",
    "old",
    "new",
  ]);

  const second = stage.run("send", "--code", "6-crater-anchor", file, tree);
  expect(await stage.run("receive", "6-crater-anchor", "-o", out, "--overwrite").ended).toMatchObject({ code: 0 });
  await second.ended;
  expect([read("a.txt"), read("tree/same.txt"), read("tree/other.txt")]).toEqual(["new", "new", "old"]);
  expect(Object.keys(contents(out)).length).toBe(5);
});
