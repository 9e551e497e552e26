import { h } from "../dom.js";
import { formatClock } from "../format.js";
import { avatar } from "./avatar.js";

export interface Author {
  readonly id: string;
  readonly name: string;
  readonly mine: boolean;
}

/** Lines of one person within this time share one heading. */
const GROUP_MS = 4 * 60_000;
/** Close enough to the end to be taken along when something is added, in pixels. */
const NEAR_END = 80;

/** The conversation: what was said, what was sent, who came and went. */
export class Log {
  readonly #element: HTMLElement;
  #last: { id: string; atMs: number; group: HTMLElement } | undefined;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** A line without an author. A `problem` is spoken at once by screen readers. */
  notice(text: string, tone: "plain" | "problem" = "plain"): void {
    this.#last = undefined;
    this.#append(
      this.#element,
      h("p", { class: `notice ${tone}`, ...(tone === "problem" ? { role: "alert" } : {}) }, text),
    );
  }

  text(author: Author, text: string): HTMLElement {
    return this.item(author, h("p", { class: "text" }, ...linked(text)));
  }

  /** Adds anything under the name of its author. */
  item(author: Author, content: HTMLElement): HTMLElement {
    const nowMs = Date.now();
    const last = this.#last;
    if (last?.id === author.id && nowMs - last.atMs < GROUP_MS) {
      last.atMs = nowMs;
      this.#append(last.group, content);
      return content;
    }
    const now = new Date(nowMs);
    const group = h(
      "div",
      { class: "group" },
      h(
        "p",
        { class: "author" },
        h("b", {}, author.name),
        author.mine ? " (you) " : " ",
        h("time", { datetime: now.toISOString() }, formatClock(now)),
      ),
      content,
    );
    this.#append(this.#element, h("article", { class: "entry" }, avatar(author.id, author.name), group));
    this.#last = { id: author.id, atMs: nowMs, group };
    return content;
  }

  /** Runs a change that makes something taller, and stays at the end if it was there. */
  keepEnd(change: () => void): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#element;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    change();
    if (atEnd) this.#element.scrollTop = this.#element.scrollHeight;
  }

  #append(parent: HTMLElement, child: HTMLElement): void {
    this.keepEnd(() => parent.append(child));
  }
}

/** Text with its web addresses as links, built from nodes: nothing a remote says is ever parsed as markup. */
function linked(text: string): (Node | string)[] {
  return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}'])/g).map((part, index) => {
    if (index % 2 === 0) return part;
    return h("a", { href: part, rel: "noopener noreferrer nofollow", target: "_blank" }, part);
  });
}
