import { WINDOW_MS } from "../constants.js";
import { h, setAttribute, setText, svg } from "../dom.js";

type Point = readonly [at: number, value: number];

const WIDTH = 600;
const HEIGHT = 60;

/** Lines over the last minute, the newest at the right edge; in words: the present values and the highest. */
export function createPlot(kind: string, names: readonly string[]) {
  const lines = names.map((name) => svg("path", { class: `line ${name}` }));
  const picture = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("line", { class: "ground", x1: 0, y1: HEIGHT, x2: WIDTH, y2: HEIGHT }),
    ...lines,
  );
  const legend = names.map((name) => h("span", { class: `key ${name}` }));
  const highest = h("span", { class: "quiet highest" });
  const element = h("div", { class: `plot ${kind}` }, h("p", { class: "legend" }, ...legend, highest), picture);
  return {
    element,
    show(
      at: number,
      series: readonly (readonly Point[])[],
      words: readonly string[],
      format: (value: number) => string,
    ) {
      const top = Math.max(0, ...series.flatMap((points) => points.map(([, value]) => value)));
      lines.forEach((line, index) => setAttribute(line, "d", pathOf(series[index] ?? [], at, top)));
      legend.forEach((key, index) => setText(key, words[index] ?? ""));
      setText(highest, top === 0 ? "" : `at most ${format(top)}`);
    },
  };
}

function pathOf(points: readonly Point[], now: number, top: number): string {
  const scale = top === 0 ? 0 : (HEIGHT - 3) / top;
  const place = ([at, value]: Point): string => {
    const x = WIDTH * (1 - (now - at) / WINDOW_MS);
    return `${x.toFixed(1)} ${(HEIGHT - 1 - value * scale).toFixed(1)}`;
  };
  return points.length < 2 ? "" : `M${points.map(place).join("L")}`;
}
