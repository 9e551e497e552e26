import type { PeerSnapshot, RemoteSnapshot, SnapshotState } from "@peerhood/core";
import { WINDOW_MS } from "../constants.js";
import { h, keyedList, setAttribute, setText, type Row } from "../dom.js";
import { formatDuration } from "../format.js";
import { scrolling } from "./section.js";
import type { WallClock } from "./wall-clock.js";

interface Stretch {
  readonly state: SnapshotState;
  /** Of the state that followed, or now. */
  readonly untilAt: number;
}

/** The states of a remote: a strip of the last minute, and all that is remembered as a list. */
export function createStates(clock: WallClock) {
  const strip = h("div", { class: "strip", "aria-hidden": "true" });
  const list = h("ol", { class: "rows" });
  const drawList = keyedList<Stretch>(
    list,
    ({ state }) => `${state.at} ${state.state}`,
    (): Row<Stretch> => {
      const chip = h("span", { class: "chip" });
      const time = h("time");
      const rest = h("span", { class: "quiet" });
      return {
        element: h("li", {}, time, chip, rest),
        update({ state, untilAt }) {
          setText(chip, state.state);
          setAttribute(chip, "data-state", state.state);
          setText(time, clock.format(state.at));
          const detail = state.detail === undefined ? "" : `, ${state.detail}`;
          const lasted = state.state === "closed" ? "" : `for ${formatDuration(untilAt - state.at)}`;
          setText(rest, (lasted + detail).replace(/^, /, ""));
        },
      };
    },
  );
  return {
    element: h("div", {}, strip, scrolling("States of the remote", list)),
    show({ at }: PeerSnapshot, selected: RemoteSnapshot | undefined): void {
      const states = selected?.states ?? [];
      const stretches = states.map((state, index) => ({ state, untilAt: states[index + 1]?.at ?? at }));
      drawList([...stretches].reverse());
      strip.hidden = stretches.length === 0;
      const begin = at - WINDOW_MS;
      const shown = stretches.filter(({ untilAt }) => untilAt > begin);
      const first = shown[0];
      const parts = first === undefined || first.state.at <= begin ? [] : [part(first.state.at - begin, "none")];
      strip.replaceChildren(
        ...parts,
        ...shown.map(({ state, untilAt }) => part(untilAt - Math.max(begin, state.at), state.state)),
      );
    },
  };
}

function part(ms: number, state: string): HTMLElement {
  const element = h("span", { "data-state": state });
  element.style.flexGrow = String(ms);
  return element;
}
