import type { BrowserPage } from "./types.js";

/** Either driver serialises values and errors in its own way; as text of JSON they arrive the same from both. */
export function expressionOf(call: string): string {
  return `(async () => {
    try {
      return JSON.stringify({ value: await ${call} });
    } catch (error) {
      const { name, message, code, stack } = Object(error);
      return JSON.stringify({ error: { name, message: message ?? String(error), code, stack } });
    }
  })()`;
}

interface Outcome {
  readonly value?: unknown;
  readonly error?: { name?: string; message: string; code?: string; stack?: string };
}

/** The value that came back, or an error that looks like the page's, followed by what the page said. */
export function resultOf(text: unknown, page: Pick<BrowserPage, "browser" | "log">): unknown {
  const { value, error } = JSON.parse(String(text)) as Outcome;
  if (error) throw new PageError(error, page);
  return value;
}

/** A failure inside a page. */
class PageError extends Error {
  /** Of the page's error, where it had one. */
  readonly code: string | undefined;
  readonly pageStack: string | undefined;

  constructor(
    { name, message, code, stack }: NonNullable<Outcome["error"]>,
    page: Pick<BrowserPage, "browser" | "log">,
  ) {
    const said = page.log.length === 0 ? "" : `\n--- the page said:\n${page.log.join("\n")}`;
    super(`${message}\n--- in ${page.browser}: ${stack ?? "no stack"}${said}`);
    this.name = name ?? "Error";
    this.code = code;
    this.pageStack = stack;
  }
}
