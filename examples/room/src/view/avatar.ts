import { h, setText } from "../dom.js";
import { hueOf, initialsOf } from "../names.js";

/** The round sign of a person: initials on a colour that depends on the id, so it outlives a change of name. */
export function avatar(id: string, name: string): HTMLElement {
  const element = h("span", { class: "avatar", "aria-hidden": "true" });
  paintAvatar(element, id, name);
  return element;
}

export function paintAvatar(element: HTMLElement, id: string, name: string): void {
  element.style.setProperty("--hue", String(hueOf(id)));
  setText(element, initialsOf(name));
}
