// npm test [-- vitest arguments]: set-up, then every test in Node, Chromium and Firefox, but for those that take long
// (`*.long.test.ts`), which `npm run test:long` runs. The last line is `N passed, N failed`, with `, N skipped` where some
// were. With PEERHOOD_REQUIRE_ALL=1 a skipped test counts as failed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { forgetResults } from "./lib/results.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const requireAll = process.env["PEERHOOD_REQUIRE_ALL"] === "1";
/** @type {NodeJS.ProcessEnv} */
const env = { ...process.env, ...(requireAll ? { PEERHOOD_REQUIRE_BROWSERS: "1" } : {}) };

const given = process.argv.slice(2);
const long = given[0] === "--long";
/** Vitest counts a project that is named as wanted, and leaves out one that is named with `!`. */
const project = long ? "--project=long" : "--project=!long";
const rest = long ? given.slice(1) : given;

/** @param {readonly string[]} args */
function node(args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: "inherit", env }).status === 0;
}

/** @typedef {{ passed: number, failed: number, skipped: number, skippedTests: string[] }} Tally */

/** @returns {Tally} */
function runTests() {
  const folder = mkdtempSync(join(tmpdir(), "peerhood-test-"));
  env["PEERHOOD_TALLY"] = join(folder, "tally.json");
  // Kept, for the matrices in the docs. A run of everything begins anew.
  if (given.length === 0) forgetResults();
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const reporters = ["tally", "results"].map((name) => {
    return `--reporter=${fileURLToPath(new URL(`test/${name}-reporter.mjs`, import.meta.url))}`;
  });
  const which = rest.some((each) => each.startsWith("--project")) ? [] : [project];
  const finished = node([vitest, "run", "--reporter=default", ...reporters, ...which, ...rest]);
  try {
    const tally = /** @type {Tally} */ (JSON.parse(readFileSync(env["PEERHOOD_TALLY"], "utf8")));
    if (!finished && tally.failed === 0) tally.failed = 1;
    return tally;
  } catch {
    return { passed: 0, failed: 1, skipped: 0, skippedTests: ["The test run ended before it could count."] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const setUp = node([fileURLToPath(new URL("setup.mjs", import.meta.url)), "--browsers", "--programs"]);
const tally = setUp ? runTests() : { passed: 0, failed: 1, skipped: 0, skippedTests: ["The set-up failed."] };
for (const test of tally.skippedTests) console.log(`skipped: ${test}`);
if (requireAll) {
  tally.failed += tally.skipped;
  tally.skipped = 0;
}
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
console.log(`${tally.passed} passed, ${tally.failed} failed${tally.skipped === 0 ? "" : `, ${tally.skipped} skipped`}`);
