import type { PeerSnapshot, RemoteSnapshot, SnapshotSignal } from "@peerhood/core";
import { h, whenChanged } from "../dom.js";
import { nameOf } from "../format.js";
import { scrolling } from "./section.js";
import type { WallClock } from "./wall-clock.js";

/** What both said to come to be connected, one rung for each signal: rightwards what was sent, leftwards what came. */
export function createLadder(clock: WallClock) {
  const theirs = h("span");
  const list = h("ol", { class: "ladder" });
  const none = h("p", { class: "quiet" }, "Nothing was said yet.");
  const heads = h("div", { class: "ends", "aria-hidden": "true" }, h("span", {}, "this peer"), theirs);
  const region = scrolling("Signals with the remote", list);
  const key = h("p", { class: "quiet key-to-lines", "aria-hidden": "true" }, "dashed: by the broker, solid: directly");
  let draw = (): void => {};
  const redraw = whenChanged(() => draw());
  return {
    element: h("div", {}, none, heads, region, key),
    show(_snapshot: PeerSnapshot, selected: RemoteSnapshot | undefined): void {
      const signals = selected?.signals ?? [];
      const name = selected === undefined ? "" : nameOf(selected);
      none.hidden = signals.length > 0;
      heads.hidden = region.hidden = key.hidden = signals.length === 0;
      theirs.textContent = name;
      draw = () => {
        // Who reads the end sees what comes; who reads further up is left there.
        const atEnd = region.scrollTop + region.clientHeight >= region.scrollHeight - 4;
        list.replaceChildren(...rungs(signals, clock));
        if (atEnd) region.scrollTop = region.scrollHeight;
      };
      redraw(`${selected?.id ?? ""} ${name} ${signals.length} ${signals[0]?.at ?? 0} ${signals.at(-1)?.at ?? 0}`);
    },
  };
}

function rungs(signals: readonly SnapshotSignal[], clock: WallClock): HTMLElement[] {
  let begun = 0;
  return signals.map((signal) => {
    const { epoch = 0 } = signal;
    const begins = epoch > begun;
    begun = Math.max(begun, epoch);
    return rung(signal, begins, clock);
  });
}

/** `begins`: the first of its connection. */
function rung(signal: SnapshotSignal, begins: boolean, clock: WallClock): HTMLElement {
  const { at, direction, kind, detail, epoch, via, stage } = signal;
  const words = [kind.replaceAll("-", " "), detail].filter((word) => word !== undefined).join(" ");
  const number = epoch === undefined ? "" : `, connection ${epoch}`;
  const where = via === "driver" ? "by the broker" : "directly";
  return h(
    "li",
    {
      class: direction,
      "data-via": via,
      "data-stage": stage,
      ...(begins && { "data-begins": `connection ${epoch ?? ""}` }),
    },
    h("time", {}, clock.format(at)),
    h(
      "span",
      { class: "arrow", title: `${direction} ${where}${number}` },
      h("span", { class: "hidden" }, `${direction} ${where}${number}: `),
      words,
    ),
  );
}
