import type { PeerSnapshot, RemoteSnapshot } from "@peerhood/core";
import { h, setAttribute, setText } from "../dom.js";
import { clean, nameOf, shortId } from "../format.js";
import type { History } from "../history.js";
import { createChannels } from "./channels.js";
import { createErrors, createEvents } from "./happenings.js";
import { createLadder } from "./ladder.js";
import { createMesh } from "./mesh.js";
import { createPath } from "./path.js";
import { createPeople } from "./people.js";
import { saveSnapshot } from "./save-snapshot.js";
import { section } from "./section.js";
import { createStates } from "./states.js";
import { WallClock } from "./wall-clock.js";

export interface ViewActions {
  pause(): void;
  /** Another remote was chosen. */
  select(): void;
  /** What is to be kept as a file. */
  save(): PeerSnapshot | undefined;
}

/** All that is seen: made once, and brought up to date with each snapshot. */
export class InspectorView {
  readonly #clock = new WallClock();
  readonly #room = h("p", { class: "room" });
  readonly #signal = h("p", { class: "chip" });
  readonly #problem = h("p", { class: "problem", role: "status" });
  readonly #pause = h("button", { type: "button", "aria-pressed": "false" }, "Pause");
  readonly #body = h("div", { class: "body" });
  readonly #of = h("p", { class: "quiet" });
  readonly #parts: {
    show(snapshot: PeerSnapshot, selected: RemoteSnapshot | undefined): void;
  }[];
  #selected: string | undefined;

  constructor(root: ShadowRoot, history: History, actions: ViewActions) {
    const save = h("button", { type: "button" }, "Save as JSON");
    this.#pause.addEventListener("click", () => actions.pause());
    save.addEventListener("click", () => {
      const snapshot = actions.save();
      if (snapshot !== undefined) saveSnapshot(snapshot);
    });
    const select = (id: string): void => {
      this.#selected = id;
      actions.select();
    };
    const mesh = createMesh();
    const people = createPeople(select);
    const states = createStates(this.#clock);
    const path = createPath();
    const channels = createChannels(history);
    const ladder = createLadder(this.#clock);
    const events = createEvents(this.#clock);
    const errors = createErrors(this.#clock);
    this.#parts = [mesh, people, states, path, channels, ladder, events, errors];
    this.#body.append(
      h("div", { class: "column" }, section("Who is here", mesh.element, people.element)),
      h(
        "div",
        { class: "column" },
        section("States", this.#of, states.element),
        section("Path", path.element),
        section("Channels", channels.element),
      ),
      h(
        "div",
        { class: "column" },
        section("Negotiation", ladder.element),
        section("Last events", events.element),
        section("Last errors", errors.element),
      ),
    );
    root.append(
      h(
        "section",
        { class: "inspector", "aria-labelledby": "title" },
        h(
          "header",
          {},
          h("h2", { id: "title" }, "Inspector"),
          this.#room,
          this.#signal,
          h("div", { class: "actions" }, this.#pause, save),
        ),
        this.#problem,
        this.#body,
      ),
    );
    this.clear();
  }

  /** There is nothing to show yet. */
  clear(): void {
    this.#selected = undefined;
    this.#body.hidden = true;
    this.#signal.hidden = true;
    this.#clock.reset();
    setText(this.#room, "No peer yet");
    this.showProblem("");
  }

  showProblem(text: string): void {
    setText(this.#problem, text);
    this.#problem.hidden = text === "";
  }

  showPaused(paused: boolean): void {
    setAttribute(this.#pause, "aria-pressed", String(paused));
    setText(this.#pause, paused ? "Paused" : "Pause");
  }

  show(snapshot: PeerSnapshot): void {
    const { at, active, room, id, adapter, signaling, remotes, gone } = snapshot;
    this.#clock.set(at);
    this.showProblem("");
    this.#body.hidden = false;
    this.#signal.hidden = false;
    setText(this.#room, active ? `${clean(room)} · ${shortId(id)} · ${adapter}` : `In no room · ${adapter}`);
    const several = signaling.drivers === undefined ? "" : ` (${signaling.drivers.join(", ")})`;
    setText(this.#signal, `Signaling ${signaling.state}${several}`);
    setAttribute(this.#signal, "data-state", signaling.state);
    const all = [...remotes, ...gone];
    const selected = all.find((remote) => remote.id === this.#selected) ?? remotes[0] ?? gone.at(-1);
    setText(this.#of, selected === undefined ? "Nobody else is here." : `With ${nameOf(selected)}`);
    for (const part of this.#parts) part.show(snapshot, selected);
  }
}
