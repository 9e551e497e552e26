import { readFile, writeFile } from "node:fs/promises";
import { format, type Figure } from "./figure.js";

/** One group of bars with a scale of its own. */
interface Panel {
  readonly title: string;
  readonly better: "higher" | "lower";
  readonly unit: string;
  readonly bars: readonly (readonly [name: string, value: number])[];
}

/** Which figures the chart shows: the bench, the start of the figure's name, and what stands over it. */
const SHOWN = [
  ["compare", "bulk", "One large message, Chromium"],
  ["compare", "100-byte", "100-byte messages, Chromium"],
  ["bulk-node", "bulk", "One large message, Node"],
  ["messages-node", "100-byte", "100-byte messages, Node"],
  ["ping-under-bulk", "round trip", "Round trip during a transfer, p95, Node"],
  ["long-path", "bulk", "One large message, Node, 40 ms away"],
] as const;

const WIDTH = 840;
const COLUMN = WIDTH / 2;
const NAMES_WIDTH = 110;
const BARS_WIDTH = 190;
const BAR_HEIGHT = 18;
const STEP = 24;
const TITLE_HEIGHT = 34;
const GAP = 14;

/** Draws what the results of full runs hold, into chart.svg beside the README; panels without results are left out. */
export async function drawChart(results: URL, file: URL): Promise<void> {
  const panels: Panel[] = [];
  for (const [bench, start, title] of SHOWN) {
    const figure = (await figuresOf(new URL(`${bench}.json`, results))).find(({ name }) => name.startsWith(start));
    if (figure !== undefined) panels.push(panelOf(title, figure));
  }
  if (panels.length > 0) await writeFile(file, svg(panels));
}

async function figuresOf(file: URL): Promise<readonly Figure[]> {
  try {
    return (JSON.parse(await readFile(file, "utf8")) as { figures: readonly Figure[] }).figures;
  } catch {
    return [];
  }
}

function panelOf(title: string, { better, unit, ours, medians }: Figure): Panel {
  const others = Object.entries(medians).filter(([name]) => name !== ours);
  others.sort(([, a], [, b]) => (better === "higher" ? b - a : a - b));
  return { title, better, unit, bars: [[ours, medians[ours] ?? 0], ...others] };
}

function svg(panels: readonly Panel[]): string {
  const parts: string[] = [];
  let y = 6;
  for (let index = 0; index < panels.length; index += 2) {
    const row = panels.slice(index, index + 2);
    parts.push(...row.map((panel, column) => drawn(panel, 12 + column * COLUMN, y)));
    y += TITLE_HEIGHT + GAP + STEP * Math.max(...row.map(({ bars }) => bars.length));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="peerhood beside bare connections and other libraries">
<style>
text { font: 13px system-ui, sans-serif; fill: #3b4252; }
.title { font-weight: 600; fill: #1c2130; }
.ours { fill: #2563c9; }
.other { fill: #b3bccb; }
@media (prefers-color-scheme: dark) {
  text { fill: #c3cad8; }
  .title { fill: #f0f3f9; }
  .ours { fill: #6ea3ff; }
  .other { fill: #566074; }
}
</style>
${parts.join("\n")}
</svg>
`;
}

function drawn({ title, better, unit, bars }: Panel, x: number, y: number): string {
  const most = Math.max(...bars.map(([, value]) => value));
  const lines = bars.map(([name, value], index) => {
    const top = y + TITLE_HEIGHT + index * STEP;
    const width = Math.max(1, Math.round((value / most) * BARS_WIDTH));
    const left = x + NAMES_WIDTH;
    return [
      `<text x="${left - 8}" y="${top + 14}" text-anchor="end">${name}</text>`,
      `<rect class="${index === 0 ? "ours" : "other"}" x="${left}" y="${top}" width="${width}" height="${BAR_HEIGHT}" rx="3"/>`,
      `<text x="${left + width + 6}" y="${top + 14}">${format(value)} ${unit}</text>`,
    ].join("");
  });
  const note = better === "lower" ? " (less is better)" : "";
  return [`<text class="title" x="${x}" y="${y + 20}">${title}${note}</text>`, ...lines].join("\n");
}
