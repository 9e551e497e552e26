import { chromium } from "playwright-core";
import { INSECURE_HOST } from "./insecure-host.js";
import type { NativeBrowser } from "./types.js";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
];

/**
 * Chromium by playwright, which makes an empty profile of its own and removes it; on a pipe, so it dies with us.
 * `args`: beside those that all tests have.
 */
export async function launchChromium(executablePath: string, args: readonly string[] = []): Promise<NativeBrowser> {
  const browser = await chromium.launch({ executablePath, args: [...ARGS, ...args] });
  try {
    const context = await browser.newContext();
    return {
      native: browser,
      async newPage(onLog) {
        const page = await context.newPage();
        page.setDefaultTimeout(0);
        page.on("console", (message) => onLog(`${message.type()}: ${message.text()}`));
        page.on("crash", () => onLog("error: the page crashed"));
        return {
          goto: async (url) => void (await page.goto(url, { waitUntil: "load", timeout: 60_000 })),
          expose: async (name, fn) => void (await page.exposeFunction(name, fn)),
          evaluate: (expression) => page.evaluate(expression),
          close: () => page.close(),
        };
      },
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
