import type { PeerSnapshot, RemoteSnapshot } from "@peerhood/core";
import { setAttribute, svg, whenChanged } from "../dom.js";
import { nameOf } from "../format.js";

const WIDTH = 240;
const HEIGHT = 168;
/** In one line beside each other. */
const LOW = 64;
/** Above it names would lie over each other. */
const MAX_NAMED = 10;

/** Who this peer is connected to, as a picture; the list below it says the same in words. */
export function createMesh() {
  const element = svg("svg", { class: "mesh", role: "img" });
  let draw = (): void => {};
  const redraw = whenChanged(() => draw());
  return {
    element: element as unknown as HTMLElement,
    show({ remotes }: PeerSnapshot, selected: RemoteSnapshot | undefined): void {
      setAttribute(element, "viewBox", `0 0 ${WIDTH} ${heightOf(remotes.length)}`);
      draw = () => element.replaceChildren(...picture(remotes, selected?.id));
      const connected = remotes.filter(({ state }) => state === "connected").length;
      setAttribute(element, "aria-label", `This peer is connected to ${connected} of ${remotes.length}`);
      redraw(JSON.stringify([selected?.id, remotes.map((remote) => [remote.id, remote.state, nameOf(remote)])]));
    },
  };
}

function heightOf(remotes: number): number {
  return remotes <= 2 ? LOW : HEIGHT;
}

function picture(remotes: readonly RemoteSnapshot[], selected: string | undefined): SVGElement[] {
  const [x, y] = [WIDTH / 2, heightOf(remotes.length) / 2 - 8];
  // One or two beside this peer, more of them around it.
  const first = heightOf(remotes.length) === LOW ? Math.PI : -Math.PI / 2;
  const places = remotes.map((remote, index) => {
    const angle = first + (2 * Math.PI * index) / remotes.length;
    return { remote, x: x + Math.cos(angle) * 76, y: y + Math.sin(angle) * 58 };
  });
  const edges = places.map(({ remote, x: x2, y: y2 }) =>
    svg("line", { class: "edge", "data-state": remote.state, x1: x, y1: y, x2, y2 }),
  );
  const nodes = places.flatMap(({ remote, x: cx, y: cy }) => [
    svg("circle", {
      class: remote.id === selected ? "node selected" : "node",
      "data-state": remote.state,
      cx,
      cy,
      r: 9,
    }),
    ...(places.length > MAX_NAMED ? [] : [label(nameOf(remote), cx, cy + 22)]),
  ]);
  return [
    ...edges,
    ...nodes,
    svg("circle", { class: "node self", cx: x, cy: y, r: 11 }),
    label("this peer", x, y + 25),
  ];
}

function label(text: string, x: number, y: number): SVGTextElement {
  const short = text.length > 14 ? `${text.slice(0, 13)}…` : text;
  return svg("text", { x: Math.min(WIDTH - 42, Math.max(42, x)), y, "text-anchor": "middle" }, short);
}
