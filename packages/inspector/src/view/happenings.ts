import type { PeerSnapshot } from "@peerhood/core";
import { h, whenChanged } from "../dom.js";
import { clean, nameOf, shortId } from "../format.js";
import { scrolling } from "./section.js";
import type { WallClock } from "./wall-clock.js";

interface Happening {
  readonly at: number;
  readonly title: string;
  readonly who: string;
  readonly text: string;
}

/** What has happened to the peer, with whomever; the newest first. */
export function createEvents(clock: WallClock) {
  return createHappenings("Last events", "Nothing yet.", clock, (snapshot) => {
    const who = namesIn(snapshot);
    return snapshot.events.map(({ at, name, remoteId, label, detail }) => ({
      at,
      title: name,
      who: who(remoteId),
      text: [label === undefined ? undefined : `“${clean(label)}”`, detail && clean(detail)].filter(Boolean).join(" "),
    }));
  });
}

export function createErrors(clock: WallClock) {
  return createHappenings("Last errors", "None.", clock, (snapshot) => {
    const who = namesIn(snapshot);
    return snapshot.errors.map(({ at, code, message, remoteId }) => ({
      at,
      title: code,
      who: who(remoteId),
      text: message,
    }));
  });
}

function createHappenings(
  label: string,
  empty: string,
  clock: WallClock,
  read: (snapshot: PeerSnapshot) => readonly Happening[],
) {
  const list = h("ol", { class: "rows happenings" });
  const none = h("p", { class: "quiet" }, empty);
  const region = scrolling(label, list);
  let draw = (): void => {};
  const redraw = whenChanged(() => draw());
  return {
    element: h("div", {}, none, region),
    show(snapshot: PeerSnapshot): void {
      const happenings = read(snapshot);
      none.hidden = happenings.length > 0;
      region.hidden = happenings.length === 0;
      draw = () =>
        list.replaceChildren(
          ...[...happenings]
            .reverse()
            .map(({ at, title, who, text }) =>
              h(
                "li",
                {},
                h("time", {}, clock.format(at)),
                h("span", {}, h("b", {}, title), ` ${[who, text].filter((part) => part !== "").join(" · ")}`),
              ),
            ),
        );
      redraw(JSON.stringify(happenings));
    },
  };
}

function namesIn({ remotes, gone }: PeerSnapshot): (id: string | undefined) => string {
  const names = new Map([...gone, ...remotes].map((remote) => [remote.id, nameOf(remote)]));
  return (id) => (id === undefined ? "" : (names.get(id) ?? shortId(id)));
}
