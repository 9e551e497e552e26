// npm run driver-matrix [-- --check]: packages/docs/guide/driver-matrix.md out of what tests saw, which has to be of all
// drivers. With --check nothing is written: fails if the document says anything else, or a case failed.
import { mark, publish, table } from "./lib/matrix.mjs";
import { NODE, readResults } from "./lib/results.mjs";

/** @typedef {{ driver: string, broker: string, kind: "real" | "double", name: string, state: string }} DriverCase */

/** @type {readonly DriverCase[]} */
const all = readResults()
  .filter(({ node }) => node === NODE)
  .flatMap(({ results }) => results)
  .flatMap(({ state, meta }) => (meta["driverCase"] ? [{ ...meta["driverCase"], state }] : []))
  .filter(({ driver }) => driver !== "TemplateDriver");
if (all.length === 0) {
  console.error("No results yet: npm test -- packages/drivers packages/testing packages/server");
  process.exit(1);
}

const drivers = [...new Set(all.map(({ driver }) => driver))].sort();
const names = [...new Set(all.map(({ name }) => name))];
/** @param {string} driver @param {string} name */
const cell = (driver, name) =>
  mark(all.filter((each) => each.driver === driver && each.name === name).map(({ state }) => state));
const about = drivers.map((driver) => {
  const own = all.filter((each) => each.driver === driver);
  const passed = names.filter((name) => cell(driver, name) === "✓").length;
  return [
    `\`${driver}\``,
    own[0]?.broker ?? "",
    own[0]?.kind ?? "",
    `${passed} of ${new Set(own.map(({ name }) => name)).size}`,
  ];
});

const made = `# Driver matrix

Made by \`npm run driver-matrix\` out of test results; CI fails when they say anything else. \`real\` is what people run,
\`double\` a server in this repository's tests that follows the published protocol. \`–\`: there is no connection to lose.

${table([["driver", "run against", "which is", "cases passed"], ...about])}

${table([["case", ...drivers.map((driver) => driver.replace(/Driver$/, ""))], ...names.map((name) => [name, ...drivers.map((driver) => cell(driver, name))])])}
`;

const wrong = all
  .filter(({ state }) => state !== "passed")
  .map(({ driver, name, state }) => `${driver}: ${name}: ${state}`);
publish("packages/docs/guide/driver-matrix.md", made, wrong, "npm run driver-matrix");
