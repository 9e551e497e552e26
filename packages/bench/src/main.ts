import { mkdir, writeFile } from "node:fs/promises";
import { benchConnect } from "./connect.js";

const benches: Record<string, () => Promise<{ results: unknown; holds: boolean }>> = {
  connect: () => benchConnect(),
};

const names = process.argv.slice(2);
for (const name of names.length === 0 ? Object.keys(benches) : names) {
  const bench = benches[name];
  if (bench === undefined) {
    console.error(`There is no bench "${name}"; there are: ${Object.keys(benches).join(", ")}.`);
    process.exitCode = 2;
    break;
  }
  const { results, holds } = await bench();
  const folder = new URL("../results/", import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify({ name, holds, results }, null, 2)}\n`);
  if (!holds) process.exitCode = 1;
}
