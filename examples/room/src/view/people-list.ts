import { h, setText } from "../dom.js";
import { formatRate, formatRoundTrip } from "../format.js";
import type { Person } from "../people.js";
import { avatar, paintAvatar } from "./avatar.js";

interface Item {
  readonly element: HTMLElement;
  update(person: Person): void;
}

/** Traffic below this is the connection keeping itself alive, in bytes per second. */
const IDLE_BYTES_PER_SECOND = 4_096;

/** Who is here. Items are kept and changed in place: rebuilding them would tear focus and selection away. */
export function peopleList(list: HTMLElement): (people: readonly Person[]) => void {
  const items = new Map<string, Item>();
  const nobody = h(
    "li",
    { class: "nobody" },
    "Nobody else yet. Send somebody the invite link, or open it in another tab.",
  );
  return (people) => {
    for (const [id, item] of items) {
      if (people.some((person) => person.id === id)) continue;
      item.element.remove();
      items.delete(id);
    }
    for (const person of people) {
      let item = items.get(person.id);
      if (item === undefined) {
        item = createItem(person);
        items.set(person.id, item);
        list.append(item.element);
      }
      item.update(person);
    }
    if (people.length > 0) nobody.remove();
    else if (nobody.parentElement === null) list.append(nobody);
  };
}

function createItem(person: Person): Item {
  const sign = avatar(person.id, person.name);
  const name = h("b", {});
  const state = h("span", { class: "state" });
  const details = h("span", { class: "quiet details" });
  const element = h("li", { class: "person" }, sign, h("div", { class: "who" }, name, state, details));
  return {
    element,
    update(now) {
      element.dataset["state"] = now.state;
      paintAvatar(sign, now.id, now.name);
      setText(name, now.name);
      setText(state, stateInWords(now));
      setText(details, now.bytesPerSecond > IDLE_BYTES_PER_SECOND ? formatRate(now.bytesPerSecond) : now.runtime);
    },
  };
}

function stateInWords({ state, relayed, roundTripMs }: Person): string {
  switch (state) {
    case "new":
    case "connecting":
      return "connecting";
    case "disconnected":
    case "failed":
      return "lost, trying to get back";
    case "closed":
      return "gone";
    case "connected": {
      const path = relayed === undefined ? "connected" : relayed ? "relayed" : "direct";
      return roundTripMs === undefined ? path : `${path} · ${formatRoundTrip(roundTripMs)}`;
    }
  }
}
