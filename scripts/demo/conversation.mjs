import { LINES } from "./lines.mjs";

/**
 * Collects what each bot heard from the other, from the start: they talk as soon as they have met.
 * @param {ReturnType<typeof import("./players.mjs").startPlayer>} ada
 * @param {ReturnType<typeof import("./players.mjs").startPlayer>} echo
 */
export function conversation(ada, echo) {
  /** @type {[string, string][]} */
  const heard = [];
  let hear = () => {};
  for (const listener of [ada, echo]) {
    listener.on("heard", ({ who, text }) => {
      heard.push([who, text]);
      hear();
    });
  }
  return {
    /** @type {(say: (who: string, text: string) => void) => Promise<void>} */
    told: (say) =>
      new Promise((resolve) => {
        hear = () => {
          for (const [who, text] of heard.splice(0)) {
            say(who, text);
            if (text === LINES.at(-1)?.text) resolve();
          }
        };
        hear();
      }),
  };
}
