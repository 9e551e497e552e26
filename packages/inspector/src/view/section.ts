import { h } from "../dom.js";

/** A part of the inspector, under its heading. No landmark: eight of them in a part of somebody's page would be too many. */
export function section(title: string, ...content: HTMLElement[]): HTMLElement {
  return h("section", { class: "part" }, h("h3", {}, title), ...content);
}

/** A list that scrolls by itself, also with the keyboard. */
export function scrolling(label: string, list: HTMLElement): HTMLElement {
  return h("div", { class: "scroll", role: "group", "aria-label": label, tabindex: "0" }, list);
}
