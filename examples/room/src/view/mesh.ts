import { svg } from "../dom.js";
import { hueOf, initialsOf } from "../names.js";
import type { Person } from "../people.js";

const WIDTH = 260;
const HEIGHT = 168;
/** One or two lie on one line with the middle. */
const FLAT_HEIGHT = 64;
/** Beyond this many the circles would overlap; the list names everybody anyway. */
const MOST = 14;

/** A picture of the room: this page in the middle, a line to each remote, dashed where a relay is in between. */
export function meshPicture(
  container: HTMLElement,
  ownId: () => string,
): (people: readonly Person[], me: string) => void {
  const picture = svg("svg");
  container.append(picture);
  let drawn = "";
  return (people, me) => {
    const shown = people.slice(0, MOST);
    // Asked for every two seconds, and hardly ever different.
    const now = JSON.stringify([
      ownId(),
      me,
      shown.map((person) => [person.id, person.name, person.state, person.relayed]),
    ]);
    if (now === drawn) return;
    drawn = now;
    const height = shown.length > 2 ? HEIGHT : FLAT_HEIGHT;
    picture.setAttribute("viewBox", `0 0 ${WIDTH} ${height}`);
    const centre = { x: WIDTH / 2, y: height / 2 };
    const spots = shown.map((person, index) => ({ person, ...spotOf(index, shown.length, height) }));
    const lines = spots.map(({ person, x, y }) =>
      svg("line", { class: lineClass(person), x1: centre.x, y1: centre.y, x2: x, y2: y }),
    );
    const nodes = spots.map(({ person, x, y }) => node(person.id, person.name, x, y, shown.length > 8 ? 12 : 15));
    picture.replaceChildren(...lines, ...nodes, node(ownId(), me, centre.x, centre.y, 20));
  };
}

function spotOf(index: number, count: number, height: number): { x: number; y: number } {
  // From the left, clockwise: with two the picture lies flat, as the panel does.
  const angle = Math.PI + (index * 2 * Math.PI) / count;
  return { x: WIDTH / 2 + Math.cos(angle) * (WIDTH / 2 - 30), y: height / 2 + Math.sin(angle) * (height / 2 - 22) };
}

function lineClass({ state, relayed }: Person): string {
  return `line ${state}${relayed === true ? " relayed" : ""}`;
}

function node(id: string, name: string, x: number, y: number, radius: number): SVGGElement {
  const group = svg(
    "g",
    { class: "node" },
    svg("circle", { cx: x, cy: y, r: radius }),
    svg("text", { x, y, "font-size": radius * 0.8 }, initialsOf(name)),
  );
  group.style.setProperty("--hue", String(hueOf(id)));
  return group;
}
