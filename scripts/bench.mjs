// `pnpm bench [name …]`: runs the measurements of packages/bench from source.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../packages/bench/src/main.ts", import.meta.url));
const { status } = spawnSync(
  process.execPath,
  ["--conditions=@peerhood/source", "--import", "tsx", main, ...process.argv.slice(2)],
  { stdio: "inherit" },
);
process.exitCode = status ?? 1;
