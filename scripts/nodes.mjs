// npm run nodes [-- 24]: what depends on Node, under every supported version but this one, which `npm test` runs everything
// under: the contracts, rooms, transfers and media between Node processes, the packed tarballs. Without browsers.
import { spawnSync } from "node:child_process";
import { dirname, delimiter } from "node:path";
import { fetchNode } from "./nodes/fetch-node.mjs";
import { NODES } from "./nodes/versions.mjs";
import { NODE } from "./lib/results.mjs";
import { ROOT } from "./lib/root.mjs";
import { SUITES } from "./parity/suites.mjs";

const files = SUITES.flatMap(({ sources }) => sources.filter(({ nodes }) => nodes).map((source) => source.files));
const wanted = process.argv.slice(2).map(Number);
const reporter = `${ROOT}/scripts/test/results-reporter.mjs`;

/** @param {string} program */
function runTests(program) {
  const args = ["run", "--reporter=default", `--reporter=${reporter}`, ...files];
  const env = {
    ...process.env,
    // Of this Node as well where a test starts "node" by name.
    PATH: `${dirname(program)}${delimiter}${process.env["PATH"] ?? ""}`,
    // No browser has this name, so tests with one are skipped: they have run under the other version.
    PEERHOOD_CHROMIUM: "none",
    PEERHOOD_FIREFOX: "none",
    PEERHOOD_REQUIRE_BROWSERS: "",
    PEERHOOD_REQUIRE_ALL: "",
  };
  return spawnSync(program, [`${ROOT}/node_modules/vitest/vitest.mjs`, ...args], { cwd: ROOT, stdio: "inherit", env });
}

for (const { major, version } of NODES) {
  if (wanted.length > 0 ? !wanted.includes(major) : major === NODE) continue;
  const program = await fetchNode(version);
  const start = performance.now();
  const ok = program !== undefined && runTests(program).status === 0;
  console.log(`Node ${version}: ${ok ? "ok" : "FAILED"}, ${Math.round((performance.now() - start) / 1_000)} s`);
  if (!ok) process.exitCode = 1;
}
