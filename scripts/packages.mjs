// npm run packages: publint and "are the types wrong" on what would be published, as packed tarballs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packAll } from "./lib/pack.mjs";
import { ROOT } from "./lib/root.mjs";
import { toolEnv } from "./lib/tool.mjs";

const folder = mkdtempSync(join(tmpdir(), "peerhood-pack-"));
const tools = [
  [`${ROOT}/node_modules/publint/src/cli.js`, "--strict"],
  [`${ROOT}/node_modules/@arethetypeswrong/cli/dist/index.js`, "--profile", "esm-only", "--no-emoji"],
];
try {
  for (const [name, tarball] of await packAll(folder)) {
    const complaints = tools.flatMap((args) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [...args, tarball], {
        encoding: "utf8",
        env: toolEnv(),
      });
      return status === 0 ? [] : [stdout + stderr];
    });
    console.log(`${name}: ${complaints.length === 0 ? "fit to publish" : `\n${complaints.join("\n")}`}`);
    if (complaints.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
