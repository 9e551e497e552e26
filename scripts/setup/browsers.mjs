import { execFileSync } from "node:child_process";
import { ROOT } from "../lib/root.mjs";
import { canInstall, installPackages } from "./apt.mjs";

/** @typedef {"chromium" | "firefox"} BrowserName */

/** Debian's packages. Ubuntu has neither as a real package: there apt says so, and the person is told. */
const PACKAGES = { chromium: "chromium", firefox: "firefox-esr" };

/** @returns {Record<BrowserName, { path?: string, missing?: string }>} */
function findBrowsers() {
  const script = `${ROOT}/scripts/setup/installed-browsers.mjs`;
  return JSON.parse(execFileSync(process.execPath, ["--import", "tsx", script], { cwd: ROOT, encoding: "utf8" }));
}

/** A wrong path in the variable is the person's to mend, and no package would help. */
function isForApt(/** @type {BrowserName} */ name) {
  return !process.env[`PEERHOOD_${name.toUpperCase()}`];
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
    await installPackages(wanted.map((name) => ({ name, package: PACKAGES[name] })));
    found = findBrowsers();
  }
  for (const name of missing()) console.warn(`${found[name].missing} Its tests are skipped.`);
  return true;
}
