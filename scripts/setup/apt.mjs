import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { runLogged } from "../lib/run-logged.mjs";

/** Another apt may be at work, on a machine that has just booted. */
const APT = ["-q", "-y", "-o", "DPkg::Lock::Timeout=300"];

/** Debian or its like, and root: elsewhere the person is told what is missing. */
export function canInstall() {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/etc/os-release")) return false;
  const debian = /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
  return debian && spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0;
}

/** @param {readonly { name: string, package: string }[]} wanted */
export async function installPackages(wanted) {
  // A service's package would start it, and take its well-known port from whoever runs one there.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const apt = (/** @type {string} */ log, /** @type {string} */ what, /** @type {string[]} */ args) =>
    runLogged(log, what, { command: "apt-get", args: [...APT, ...args], env });
  if (!(await apt("apt-update", "Updating the package lists", ["update"]))) return;
  for (const each of wanted) {
    // One at a time: where one has no package, the other is still worth having.
    const args = ["install", "--no-install-recommends", each.package];
    await apt(`apt-${each.name}`, `Installing ${each.name} for the tests (apt-get install ${each.package})`, args);
  }
}
