import type { PeerSnapshot, RemoteSnapshot } from "@peerhood/core";
import { h, keyedList, setAttribute, setText, type Row } from "../dom.js";
import { nameOf, shortId } from "../format.js";

interface Entry {
  readonly remote: RemoteSnapshot;
  readonly selected: boolean;
}

/** Everybody who is here or was, to choose whose record is shown. */
export function createPeople(select: (id: string) => void) {
  const list = h("ul", { class: "people" });
  const create = (): Row<Entry> => {
    const name = h("b");
    const state = h("span", { class: "chip" });
    const button = h("button", { type: "button" }, name, state);
    let id = "";
    button.addEventListener("click", () => select(id));
    return {
      element: h("li", {}, button),
      update({ remote, selected }) {
        ({ id } = remote);
        const own = nameOf(remote);
        setText(name, own);
        setAttribute(button, "title", `${own} · ${shortId(id)}`);
        setAttribute(button, "aria-pressed", String(selected));
        setText(state, stateOf(remote));
        setAttribute(state, "data-state", remote.state);
      },
    };
  };
  // The same identity may have come and gone several times.
  const draw = keyedList<Entry>(list, ({ remote }) => `${remote.id} ${remote.states[0]?.at ?? 0}`, create);
  return {
    element: list,
    show({ remotes, gone }: PeerSnapshot, selected: RemoteSnapshot | undefined): void {
      draw([...remotes, ...[...gone].reverse()].map((remote) => ({ remote, selected: remote === selected })));
    },
  };
}

function stateOf({ state, states, admitted }: RemoteSnapshot): string {
  if (state === "closed") return states.at(-1)?.detail ?? "closed";
  return admitted ? state : "meeting";
}
