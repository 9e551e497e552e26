const BAR_CELLS = 32;
/** Steps at which a log without a terminal hears of progress. */
const QUARTERS = 4;

/**
 * What the demo writes. In a terminal with colour and a bar that moves; into a pipe or a file as plain lines.
 * @param {NodeJS.WriteStream} out
 */
export function createTerminal(out) {
  const live = out.isTTY === true && process.env["TERM"] !== "dumb";
  const colour = live && !process.env["NO_COLOR"];
  /** @type {(code: number) => (text: string) => string} */
  const style = (code) => (text) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const bold = style(1);
  const quiet = style(2);
  const green = style(32);
  const red = style(31);
  const line = (text = "") => void out.write(`${text}\n`);

  /**
   * @param {number} done 0 to 1
   * @param {string} figures
   */
  const bar = (done, figures) => {
    const cells = Math.max(8, Math.min(BAR_CELLS, (out.columns ?? 80) - figures.length - 6));
    const full = Math.round(done * cells);
    return `  ${green("━".repeat(full))}${quiet("─".repeat(cells - full))}  ${figures}`;
  };

  /** A bar that is drawn over itself; without a terminal a line per quarter. */
  const progress = () => {
    let quarters = 0;
    return {
      /** @type {(done: number, figures: string) => void} */
      update(done, figures) {
        if (live) return void out.write(`\r${bar(done, figures)}\x1b[K`);
        const now = Math.floor(done * QUARTERS);
        if (now <= quarters) return;
        quarters = now;
        line(`  ${String(now * 25).padStart(3)} %  ${figures}`);
      },
      end() {
        if (live) line();
      },
    };
  };

  return { line, progress, bold, quiet, green, red };
}
