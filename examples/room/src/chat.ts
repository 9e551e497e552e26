import type { Peer } from "peerhood";
import { h } from "./dom.js";
import { nameOf } from "./people.js";
import { CHAT } from "./transfers/file-transfer.js";
import type { Author, Log } from "./view/log.js";
import { inWords } from "./words.js";

/** Longer than anybody types; a remote's novel would hold up the page. */
const MAX_TEXT = 20_000;

/** Sends and shows what is said. `heard` is called for each line of somebody else. */
export function chat(peer: Peer, log: Log, heard: () => void): (me: Author, text: string) => void {
  peer.on("channel:message", async ({ remote, label, data }) => {
    if (label !== CHAT) return;
    const author = { id: remote.id, name: nameOf(remote), mine: false };
    try {
      const text = await data;
      if (typeof text !== "string") return;
      log.text(author, text.slice(0, MAX_TEXT));
      heard();
    } catch (error) {
      log.notice(`${author.name} said something that did not arrive: ${inWords(error)}`, "problem");
    }
  });

  return (me, text) => {
    const line = log.text(me, text);
    if (peer.remotes.size === 0) log.notice("Nobody else is here yet to read that");
    line.dataset["delivery"] = "pending";
    peer.send(text, CHAT).then(
      () => delete line.dataset["delivery"],
      (error: unknown) => {
        line.dataset["delivery"] = "failed";
        const problems: unknown[] = error instanceof AggregateError ? error.errors : [error];
        const words = [...new Set(problems.map(inWords))].join(" ");
        log.keepEnd(() =>
          line.after(h("p", { class: "text-problem", role: "alert" }, `Not everybody has this: ${words}`)),
        );
      },
    );
  };
}
