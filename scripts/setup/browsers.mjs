import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { ROOT } from "../lib/root.mjs";
import { runLogged } from "../lib/run-logged.mjs";

/** @typedef {"chromium" | "firefox"} BrowserName */

/** Debian's packages. Ubuntu has neither as a real package: there apt says so, and the person is told. */
const PACKAGES = { chromium: "chromium", firefox: "firefox-esr" };
/** Another apt may be at work, on a machine that has just booted. */
const APT = ["-q", "-y", "-o", "DPkg::Lock::Timeout=300"];

/** @returns {Record<BrowserName, { path?: string, missing?: string }>} */
function findBrowsers() {
  const script = `${ROOT}/scripts/setup/installed-browsers.mjs`;
  return JSON.parse(execFileSync(process.execPath, ["--import", "tsx", script], { cwd: ROOT, encoding: "utf8" }));
}

/** A wrong path in the variable is the person's to mend, and no package would help. */
function isForApt(/** @type {BrowserName} */ name) {
  return !process.env[`PEERHOOD_${name.toUpperCase()}`];
}

function canInstall() {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/etc/os-release")) return false;
  const debian = /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
  return debian && spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0;
}

/** @param {BrowserName[]} names */
async function install(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (/** @type {string} */ log, /** @type {string} */ what, /** @type {string[]} */ args) =>
    runLogged(log, what, { command: "apt-get", args: [...APT, ...args], env });
  if (!(await apt("apt-update", "Updating the package lists", ["update"]))) return;
  for (const name of names) {
    // One at a time: where one has no package, the other is still worth having.
    const packages = ["install", "--no-install-recommends", PACKAGES[name]];
    await apt(`apt-${name}`, `Installing ${name} for the tests (apt-get install ${PACKAGES[name]})`, packages);
  }
}

/**
 * Finds the browsers of the tests, and installs them where it may. One that stays missing is named and no failure:
 * its tests are skipped.
 * @returns {Promise<boolean>}
 */
export async function runBrowsers() {
  const missing = () => /** @type {BrowserName[]} */ (Object.keys(PACKAGES)).filter((name) => !found[name].path);
  let found = findBrowsers();
  const wanted = missing().filter(isForApt);
  if (wanted.length > 0 && canInstall()) {
    await install(wanted);
    found = findBrowsers();
  }
  for (const name of missing()) console.warn(`${found[name].missing} Its tests are skipped.`);
  return true;
}
