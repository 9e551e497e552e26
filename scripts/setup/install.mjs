import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { pnpmCommand } from "../lib/pnpm.mjs";
import { CACHE, ROOT } from "../lib/root.mjs";
import { runLogged } from "../lib/run-logged.mjs";
import { workspacePackages } from "../lib/workspace.mjs";

const STAMP = `${CACHE}/installed`;

/** What the installed dependencies follow from; binaries differ by platform and by Node's ABI. */
function fingerprint() {
  const hash = createHash("sha256");
  hash.update(`${process.platform} ${process.arch} ${process.versions.modules}\n`);
  const manifests = workspacePackages().map(({ folder }) => `${folder}/package.json`);
  for (const file of ["package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml", ...manifests]) {
    hash.update(`${file}\n`).update(readFileSync(`${ROOT}/${file}`));
  }
  return hash.digest("hex");
}

/** @returns {Promise<boolean>} */
export async function runInstall() {
  const wanted = fingerprint();
  const installed = existsSync(`${ROOT}/node_modules/.modules.yaml`) && existsSync(STAMP);
  if (installed && readFileSync(STAMP, "utf8") === wanted) return true;
  const command = pnpmCommand(["install", "--frozen-lockfile", "--reporter=append-only"]);
  // CI: pnpm asks nobody whether it may replace what another version of it has installed.
  const env = { ...command.env, CI: "true" };
  if (!(await runLogged("install", "Installing the dependencies with pnpm", { ...command, env }))) {
    console.error("If the network was the reason, run it again; pnpm goes on where it was.");
    return false;
  }
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(STAMP, wanted);
  return true;
}
