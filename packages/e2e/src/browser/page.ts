import { ENTRY_GLOBAL } from "./bundle-page.js";
import { expressionOf, resultOf } from "./remote-call.js";
import type { BrowserName, BrowserPage, NativePage, PageExports } from "./types.js";

/** Console lines kept per page; a page that floods its console shall not fill the test's memory. */
const MAX_LOG_LINES = 500;

/** Marks what the page's own listeners report, so that both drivers tell uncaught errors in the same way. */
const UNCAUGHT = "[uncaught]";

/** Runs first in every page. */
export const TRAP_SCRIPT = `
  addEventListener("error", (event) => console.error("${UNCAUGHT}", event.message, event.error?.stack ?? ""));
  addEventListener("unhandledrejection", ({ reason }) =>
    console.error("${UNCAUGHT}", "rejection:", reason?.message ?? String(reason), reason?.stack ?? ""));
`;

export class PageLog {
  readonly lines: string[] = [];
  readonly uncaught: string[] = [];

  add(line: string): void {
    if (line.includes(UNCAUGHT)) this.uncaught.push(line);
    if (this.lines.length < MAX_LOG_LINES) this.lines.push(line);
  }
}

export function createPage<Exports extends PageExports>(
  browser: BrowserName,
  native: NativePage,
  url: string,
  { lines: log, uncaught }: PageLog,
): BrowserPage<Exports> {
  let closing: Promise<void> | undefined;
  const run = async (call: string): Promise<unknown> =>
    resultOf(await native.evaluate(expressionOf(call)), { browser, log });
  return {
    browser,
    url,
    log,
    takeUncaught: () => uncaught.splice(0),
    call: (name, ...args) => run(`${ENTRY_GLOBAL}[${JSON.stringify(name)}](...${JSON.stringify(args)})`) as never,
    evaluate: (fn, arg) =>
      run(typeof fn === "string" ? `(${fn})` : `(${fn.toString()})(${JSON.stringify(arg)})`) as never,
    reload: () => native.goto(url),
    close: () => (closing ??= native.close()),
  };
}
