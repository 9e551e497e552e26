// npm run parity-matrix [-- --check]: packages/docs/guide/parity-matrix.md out of what tests saw (`npm test`, `npm run
// test:long`, `npm run nodes`). A part of which not all tests have run stays as it is; with --check, that fails.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mark, publish, table } from "./lib/matrix.mjs";
import { NODE, readResults } from "./lib/results.mjs";
import { ROOT } from "./lib/root.mjs";
import { NODES } from "./nodes/versions.mjs";
import { NO_SCENARIOS, SUITES } from "./parity/suites.mjs";

/**
 * @typedef {import("./parity/suites.mjs").Source} Source
 * @typedef {{ row: string, runtimes: readonly string[], state: string }} Cell
 */

const DOCUMENT = "packages/docs/guide/parity-matrix.md";
const COLUMNS = {
  simulated: "simulated",
  chromium: "Chromium",
  firefox: "Firefox",
  ...Object.fromEntries(NODES.map(({ major }) => [`node-${major}`, `Node ${major}`])),
};
/** Where more than this Node's results count, all of these are needed. */
const MAJORS = [NODE, ...NODES.map(({ major }) => major).filter((major) => major !== NODE)];

const recorded = new Map(readResults().map((each) => [`${each.node} ${each.file}`, each]));
const testFiles = ["packages/e2e", "packages/adapter-node", "packages/testing", "packages/server"].flatMap((folder) =>
  readdirSync(`${ROOT}/${folder}/src`, { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/src/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".test.ts"))
    .toSorted(),
);
const filesOf = (/** @type {string} */ prefix) => testFiles.filter((file) => file.startsWith(prefix));

/** Which runtimes took part. @param {Source} source @param {import("./lib/results.mjs").Result} result @param {number} node */
function runtimesOf({ only, with: always }, { titles, meta }, node) {
  if (only !== undefined) return [only === "node" ? `node-${node}` : only];
  const said = titles.join(" ").toLowerCase();
  const browsers = meta["browsers"] ?? ["chromium", "firefox"].filter((name) => said.includes(name));
  return always === "node" || /\bnode\b/.test(said) ? [...browsers, `node-${node}`] : browsers;
}

/** A row is the same whichever runtime was on which side. @param {string} text */
function withoutRuntimes(text) {
  const sides = ["one", "the other", "the first"];
  return text.replace(/\b(chromium|firefox|node)\b/g, (name) => sides.shift() ?? name).replaceAll("|", "\\|");
}

/** @param {Source} source @param {string} file @param {number} node @returns {Cell[] | undefined} undefined: has not run */
function cellsOf(source, file, node) {
  return recorded
    .get(`${node} ${file}`)
    ?.results.filter(({ state }) => state !== "skipped")
    .filter(({ titles }) => !source.without?.test(titles.join(" ")))
    .filter(({ meta }) => !source.contract || meta["driverCase"] !== undefined)
    .map((result) => {
      const row = withoutRuntimes(source.row?.(result.titles) ?? result.titles.at(-1) ?? "");
      return { row, runtimes: runtimesOf(source, result, node), state: result.state };
    });
}

/** @param {readonly Cell[]} cells */
function rows(cells) {
  const ids = Object.keys(COLUMNS);
  const body = [...new Set(cells.map(({ row }) => row))].map((row) => [
    row,
    ...ids.map((id) =>
      mark(cells.filter((cell) => cell.row === row && cell.runtimes.includes(id)).map(({ state }) => state)),
    ),
  ]);
  return table([["scenario", ...Object.values(COLUMNS)], ...body]);
}

/** Sections of the document as it stands, by title. */
const standing = new Map(
  (existsSync(`${ROOT}/${DOCUMENT}`) ? readFileSync(`${ROOT}/${DOCUMENT}`, "utf8") : "")
    .split(/^#{2,3} /m)
    .map((section) => [section.slice(0, section.indexOf("\n")), section.slice(section.indexOf("\n")).trim()]),
);
/** @type {{ media: boolean, title: string, text: string }[]} */
const sections = [];
/** @type {string[]} */
const wrong = testFiles
  .filter((file) => file.startsWith("packages/e2e/"))
  .filter(
    (file) =>
      ![...NO_SCENARIOS, ...SUITES.flatMap(({ sources }) => sources.map((one) => one.files))].some((prefix) =>
        file.startsWith(prefix),
      ),
  )
  .map((file) => `${file}: which scenario is it? Say so in scripts/parity/suites.mjs.`);

for (const { title, sources, media } of SUITES) {
  const runs = sources.flatMap((source) =>
    filesOf(source.files).flatMap((file) =>
      (source.nodes ? MAJORS : [NODE]).map((node) => ({ file, node, cells: cellsOf(source, file, node) })),
    ),
  );
  const missing = runs.flatMap(({ file, node, cells }) => (cells ? [] : [`Node ${node} has not run ${file}.`]));
  const cells = runs.flatMap((run) => run.cells ?? []);
  if (process.argv.includes("--check")) wrong.push(...missing);
  else if (missing.length > 0) console.log(`"${title}" stays as it is:\n  ${missing.join("\n  ")}`);
  for (const { row, runtimes, state } of cells) {
    if (state !== "passed") wrong.push(`${row} (${runtimes.join(", ")}): ${state}`);
    else if (runtimes.length === 0)
      wrong.push(`"${row}": its titles name no runtime; say in scripts/parity/suites.mjs which.`);
  }
  for (const isMedia of media ? [true] : [false, true]) {
    const own = cells.filter(({ row }) => (media ? true : row.startsWith("media: ")) === isMedia);
    const heading = isMedia && !media ? `${title}: media` : title;
    const text = missing.length > 0 ? standing.get(heading) : own.length > 0 ? rows(own) : undefined;
    if (text !== undefined) sections.push({ media: isMedia, title: heading, text });
  }
}

/** @param {boolean} media */
const part = (media) =>
  sections
    .filter((section) => section.media === media)
    .map(({ title, text }) => `### ${title}\n\n${text}`)
    .join("\n\n");
const made = `# Parity matrix

Which scenario has passed in which runtime: made by \`npm run parity-matrix\` out of test results; CI fails when they say
anything else. A scenario between two runtimes counts for both. \`–\`: not run there, because it is about another runtime, needs
what that one lacks, or, under Node ${NODES.slice(1)
  .map(({ major }) => major)
  .join(" and ")}, because it depends on nothing that differs between versions of Node:
under those CI runs the contracts, and rooms, transfers, media and installed packages between Node processes
(\`npm run nodes\`). Simulated is the network of \`@peerhood/testing\`. Each driver by its broker is in the
[driver matrix](driver-matrix.md).

## Data

${part(false)}

## Media

${part(true)}
`;
// Another Node than the oldest runs everything in CI too, and then has marks where the document has none.
const comparable = NODE === NODES[0]?.major;
if (!comparable) console.log(`Made with Node ${NODES[0]?.major}: under this one only failures count.`);
publish(DOCUMENT, comparable ? made : readFileSync(`${ROOT}/${DOCUMENT}`, "utf8"), wrong, "npm run parity-matrix");
