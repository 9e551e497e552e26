import type { RoomPage } from "../room-page/room-page.js";

/** The inspector on the page of examples/room, as somebody who looks at it sees it. */
export class InspectedPage {
  readonly #page: RoomPage;

  constructor(page: RoomPage) {
    this.#page = page;
  }

  /** The value of an expression about the inspector's `root` and its `snapshot`, when that is something. */
  until<T>(expression: string): Promise<T> {
    return this.#page.evaluate(`new Promise((resolve, reject) => {
      const look = () => {
        try {
          const inspector = document.querySelector("peerhood-inspector");
          const root = inspector?.shadowRoot;
          const snapshot = inspector?.snapshot;
          const value = snapshot && (${expression});
          if (value) resolve(value);
          else requestAnimationFrame(look);
        } catch (error) {
          reject(error);
        }
      };
      look();
    })`);
  }

  /** A channel that is shown has figures for which the condition holds: of `sent`, `received`, `highest`, all in bytes. */
  channelUntil(label: string, condition: string): Promise<ShownChannel> {
    return this.until(`(() => {
      const bytes = (text) => {
        const [, value, unit] = /([\\d.]+) (\\w*B)/.exec(text ?? "") ?? [];
        return value === undefined ? 0 : Number(value) * 1000 ** ["B", "kB", "MB", "GB"].indexOf(unit);
      };
      const channel = Array.from(root.querySelectorAll(".channel")).find((one) =>
        one.querySelector("h4").textContent === ${JSON.stringify(label)});
      if (channel === undefined) return false;
      const words = (selector) => channel.querySelector(selector).textContent;
      const shown = {
        state: words(".chip"),
        sent: bytes(words(".key.sent")),
        received: bytes(words(".key.received")),
        highest: bytes(words(".rates .highest")),
        highestBuffered: bytes(words(".buffered .highest")),
        points: channel.querySelector(".line.sent").getAttribute("d")?.split("L").length ?? 0,
        figures: words(".figures"),
      };
      const { state, sent, received, highest, highestBuffered, points, figures } = shown;
      return (${condition}) && shown;
    })()`);
  }
}

interface ShownChannel {
  readonly state: string;
  /** Bytes per second. */
  readonly sent: number;
  readonly received: number;
  readonly highest: number;
  readonly highestBuffered: number;
  /** Of the line in the plot. */
  readonly points: number;
  readonly figures: string;
}
