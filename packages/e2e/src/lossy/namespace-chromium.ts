import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { bundlePage, ENTRY_GLOBAL } from "../browser/bundle-page.js";
import { launchChromium } from "../browser/chromium.js";
import { findBrowser } from "../browser/find-browser.js";
import type { PageExports } from "../browser/types.js";

/** Nobody listens there: the page is handed to the browser by its debugger, and is a secure context by its name. */
const URL_OF_PAGE = "http://localhost/";

/** Host names instead of addresses in candidates: nothing resolves them behind a router. */
const ARGS = ["--disable-features=WebRtcHideLocalIpsWithMdns"];

export interface NamespacePage<Exports extends PageExports> {
  call<Name extends keyof Exports & string>(
    name: Name,
    ...args: Parameters<Exports[Name]>
  ): Promise<Awaited<ReturnType<Exports[Name]>>>;
  /** Ends the browser. */
  close(): Promise<void>;
}

/** A page of a Chromium of its own that runs behind the command `inside`, such as `nsenter` into a network namespace. */
export async function openInNamespace<Exports extends PageExports>(
  entry: URL,
  inside: readonly string[],
): Promise<NamespacePage<Exports>> {
  const found = findBrowser("chromium");
  if ("missing" in found) throw new Error(found.missing);
  const folder = await mkdtemp(join(tmpdir(), "peerhood-namespace-"));
  const start = join(folder, "chromium");
  await writeFile(start, `#!/bin/sh\nexec ${inside.join(" ")} '${found.path}' "$@"\n`);
  await chmod(start, 0o755);
  const browser = await launchChromium(start, { args: ARGS });
  const close = async (): Promise<void> => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const page = await (browser.native as Browser).newPage();
    page.setDefaultTimeout(0);
    const script = await bundlePage(entry);
    await page.route(URL_OF_PAGE, (route) =>
      route.fulfill({ contentType: "text/html", body: '<!doctype html><meta charset="utf-8"><title>peerhood</title>' }),
    );
    await page.goto(URL_OF_PAGE);
    await page.addScriptTag({ content: script });
    return {
      call: (name, ...args) =>
        page.evaluate(`${ENTRY_GLOBAL}[${JSON.stringify(name)}](...${JSON.stringify(args)})`) as never,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
