import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Bench, BenchContext } from "./bench.js";
import { compare } from "./benches/compare.js";
import { connect } from "./benches/connect.js";
import { bulkChromium, bulkMixed, bulkNode } from "./benches/bulk.js";
import { forward } from "./benches/forward.js";
import { longPath } from "./benches/long-path.js";
import { messagesChromium, messagesNode } from "./benches/messages.js";
import { ping, pingUnderBulk } from "./benches/ping.js";
import { server } from "./benches/server.js";
import { drawChart } from "./chart.js";
import { row, type Figure } from "./figure.js";
import { Stage } from "./stage.js";
import { table } from "./summary.js";

const BENCHES: readonly Bench[] = [
  connect,
  bulkNode,
  bulkChromium,
  bulkMixed,
  messagesNode,
  messagesChromium,
  ping,
  pingUnderBulk,
  longPath,
  server,
  forward,
  compare,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: "boolean", default: false }, "cpu-prof": { type: "boolean", default: false } },
});
const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  const known = BENCHES.map(({ name }) => name).join(", ");
  console.error(`There is no bench ${unknown.join(", ")}; there are: ${known}.`);
  process.exit(2);
}
const chosen = BENCHES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const { short } = values;
const results = new URL("../results/", import.meta.url);
const profiles = fileURLToPath(new URL("profiles/", results));
await mkdir(results, { recursive: true });

const stage = new Stage();
const rows: string[][] = [];
const notes: string[] = [];
try {
  for (const { name, run } of chosen) {
    console.error(`${name} …`);
    const closing: (() => Promise<unknown>)[] = [];
    const context: BenchContext = {
      short,
      nodeArgs: values["cpu-prof"] ? ["--cpu-prof", `--cpu-prof-dir=${profiles}${name}`] : [],
      browser: () => stage.browser(),
      signaling: () => stage.signaling(),
      defer: (close) => void closing.unshift(close),
    };
    try {
      const { figures, skipped } = await run(context);
      if (skipped !== undefined) notes.push(`${name} was left out: ${skipped}`);
      const missing = skipped !== undefined && process.env["PEERHOOD_REQUIRE_ALL"] === "1";
      if (missing || figures.some(({ holds }) => !holds)) process.exitCode = 1;
      rows.push(...figures.map((figure) => row(figure, short)));
      notes.push(...figures.flatMap(({ name: what, note }) => (note === undefined ? [] : [`${what}: ${note}`])));
      if (short || skipped !== undefined) continue;
      await writeFile(new URL(`${name}.json`, results), json(name, figures));
      await drawChart(results, new URL("../chart.svg", import.meta.url));
    } finally {
      for (const close of closing) await close();
    }
  }
} finally {
  await stage.close();
}
console.log(table([["", "peerhood", "beside", "which is", "ratio", "wanted", ""], ...rows]));
for (const note of notes) console.log(note);

// PeerJS's broker keeps a timer for ever.
process.exit();

function json(name: string, figures: readonly Figure[]): string {
  const holds = figures.every((figure) => figure.holds);
  return `${JSON.stringify({ name, holds, node: process.version, cpus: cpus().length, figures }, null, 2)}\n`;
}
