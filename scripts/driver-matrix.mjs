// npm run driver-matrix [-- --check]: packages/docs/guide/driver-matrix.md out of what the last `npm test` saw, which has to
// be a run of all drivers. With --check nothing is written: fails if the document says anything else, or a case failed.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { CACHE, ROOT } from "./lib/root.mjs";

/** @typedef {import("./test/driver-matrix-reporter.mjs").DriverCase & { state: string }} Result */

const results = `${CACHE}/driver-cases.json`;
const document = `${ROOT}/packages/docs/guide/driver-matrix.md`;

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exit(1);
}

/** @param {readonly (readonly string[])[]} rows the first is the head */
function table(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return lines.join("\n");
}

/** @param {readonly Result[]} all */
function matrix(all) {
  const drivers = [...new Set(all.map(({ driver }) => driver))].sort();
  const names = [...new Set(all.map(({ name }) => name))];
  /** @param {string} driver @param {string} name */
  const mark = (driver, name) => {
    const states = all.filter((each) => each.driver === driver && each.name === name).map(({ state }) => state);
    if (states.length === 0) return "–";
    return states.every((state) => state === "passed") ? "✓" : states.includes("failed") ? "✗" : "skipped";
  };
  const about = drivers.map((driver) => {
    const own = all.filter((each) => each.driver === driver);
    const passed = names.filter((name) => mark(driver, name) === "✓").length;
    return [
      `\`${driver}\``,
      own[0]?.broker ?? "",
      own[0]?.kind ?? "",
      `${passed} of ${new Set(own.map(({ name }) => name)).size}`,
    ];
  });
  return `# Driver matrix

Made by \`npm run driver-matrix\` out of test results; CI fails when they say anything else. \`real\` is what people run,
\`double\` a server in this repository's tests that follows the published protocol. \`–\`: there is no connection to lose.

${table([["driver", "run against", "which is", "cases passed"], ...about])}

${table([["case", ...drivers.map((driver) => driver.replace(/Driver$/, ""))], ...names.map((name) => [name, ...drivers.map((driver) => mark(driver, name))])])}
`;
}

if (!existsSync(results)) fail("No results yet: npm test -- packages/drivers packages/testing packages/server");
/** @type {readonly Result[]} */
const all = JSON.parse(readFileSync(results, "utf8")).filter(({ driver = "" }) => driver !== "TemplateDriver");
const made = matrix(all);
const bad = all.filter(({ state }) => state !== "passed");
if (!process.argv.includes("--check")) {
  writeFileSync(document, made);
  console.log(`${all.length} results, ${bad.length} of them not passed: ${document}`);
} else if (bad.length > 0) {
  fail(bad.map(({ driver, name, state }) => `${driver}: ${name}: ${state}`).join("\n"));
} else if (!existsSync(document) || readFileSync(document, "utf8") !== made) {
  fail("packages/docs/guide/driver-matrix.md is not what the tests say: npm run driver-matrix");
} else {
  console.log(`${all.length} results, all passed, as the document says.`);
}
