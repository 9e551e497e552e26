import { h, setText } from "../dom.js";
import { formatBytes, formatDuration, formatRate } from "../format.js";
import type { FileTransfer } from "../transfers/file-transfer.js";
import { isPicture } from "../transfers/incoming.js";
import type { Leg } from "../transfers/leg.js";

/** Figures change this often: more often nobody can read them. */
const REDRAW_MS = 200;

/** The rate of something smaller tells of the round trip, not of the network. */
const RATE_FROM_BYTES = 1024 * 1024;

interface CardHooks {
  /** What a screen reader is told, once, at the end. */
  announce(text: string): void;
  /** Runs a change that makes the card taller. */
  grow(change: () => void): void;
}

/** A file on its way: one bar per remote, then the link to save it. */
export function transferCard(transfer: FileTransfer, hooks: CardHooks): HTMLElement {
  const rows = transfer.legs.map((leg) => legRow(leg, transfer.direction));
  const cancel = h("button", { type: "button", class: "button small" }, "Cancel");
  cancel.setAttribute("aria-label", `Cancel ${transfer.name}`);
  cancel.addEventListener("click", () => {
    for (const leg of transfer.legs) leg.cancel();
    redraw();
  });
  const size = transfer.size === undefined ? "" : formatBytes(transfer.size);
  const head = h(
    "div",
    { class: "file" },
    h("span", { class: "sheet", "aria-hidden": "true" }, extensionOf(transfer.name)),
    h(
      "p",
      { class: "file-name" },
      h("b", { title: transfer.name }, transfer.name),
      h("span", { class: "quiet" }, size),
    ),
    cancel,
  );
  const card = h("div", { class: "card" }, head, ...rows.map((row) => row.element));

  const redraw = (): void => rows.forEach((row) => row.redraw());
  const timer = setInterval(redraw, REDRAW_MS);
  redraw();
  void transfer.finished.then((blob) => {
    clearInterval(timer);
    redraw();
    hooks.grow(() => {
      cancel.remove();
      if (blob !== undefined) offer(blob, transfer.name, card, head);
    });
    hooks.announce(summary(transfer));
  });
  return card;
}

function offer(blob: Blob, name: string, card: HTMLElement, head: HTMLElement): void {
  const href = URL.createObjectURL(blob);
  head.append(h("a", { class: "button small primary", href, download: name, "aria-label": `Save ${name}` }, "Save"));
  if (isPicture(blob)) card.append(h("img", { class: "preview", src: href, alt: `Preview of ${name}` }));
}

interface Row {
  readonly element: HTMLElement;
  redraw(): void;
}

function legRow(leg: Leg, direction: FileTransfer["direction"]): Row {
  const who = direction === "out" ? `to ${leg.who}` : `from ${leg.who}`;
  const bar = h("progress", { "aria-label": who });
  const figures = h("span", { class: "figures" });
  // Without aria-live="off" the log around it would read out every change.
  const element = h("div", { class: "leg", "aria-live": "off" }, h("span", { class: "leg-who" }, who), bar, figures);
  return {
    element,
    redraw() {
      element.dataset["status"] = leg.status;
      if (leg.total !== undefined) {
        // An empty file is all there from the start; a maximum of 0 is not valid.
        bar.max = Math.max(leg.total, 1);
        bar.value = leg.total === 0 ? 1 : leg.current;
      }
      setText(figures, describe(leg));
    },
  };
}

function describe(leg: Leg): string {
  const rate = leg.bytesPerSecond;
  switch (leg.status) {
    case "waiting":
      return "waiting to start";
    case "done": {
      const took = `done in ${formatDuration(leg.seconds)}`;
      return rate === undefined || leg.current < RATE_FROM_BYTES ? took : `${took}, ${formatRate(rate)}`;
    }
    case "cancelled":
      return "cancelled";
    case "failed":
      return leg.problem;
    case "moving": {
      const parts = [formatBytes(leg.current)];
      if (rate !== undefined) parts.push(formatRate(rate));
      if (leg.remainingSeconds !== undefined) parts.push(remaining(leg.remainingSeconds));
      return parts.join(" · ");
    }
  }
}

function remaining(seconds: number): string {
  return seconds < 1 ? "almost there" : `${formatDuration(seconds)} left`;
}

function summary({ direction, name, legs }: FileTransfer): string {
  const done = legs.filter((leg) => leg.status === "done").map((leg) => leg.who);
  if (done.length === 0) return `${name} was not ${direction === "in" ? "received" : "sent"}.`;
  return direction === "in" ? `${name} arrived from ${done.join()}.` : `${name} was sent to ${done.join(", ")}.`;
}

function extensionOf(name: string): string {
  return /\.([a-z0-9]{1,4})$/i.exec(name)?.[1]?.toUpperCase() ?? "FILE";
}
