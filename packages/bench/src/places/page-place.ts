import type { TestBrowser } from "@peerhood/e2e/browser";
import type { EndModule, Place } from "./place.js";

/** A page of its own that runs the module `ends/<name>.ts`. */
export async function startPage<End extends EndModule>(browser: TestBrowser, name: string): Promise<Place<End>> {
  const page = await browser.open<End>({ entry: new URL(`../ends/${name}.ts`, import.meta.url) });
  return {
    call: (method, ...args) => page.call(method, ...args),
    close: () => page.close(),
  };
}
