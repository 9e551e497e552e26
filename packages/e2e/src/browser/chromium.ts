import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext } from "playwright-core";
import { INSECURE_HOST } from "./insecure-host.js";
import type { LaunchOptions, NativeBrowser } from "./types.js";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
];
/** A camera and a microphone, and somebody who lets every page use them. */
const MEDIA_ARGS = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

/**
 * Chromium by playwright, which makes an empty profile of its own and removes it; on a pipe, so it dies with us.
 * `args`: beside those that all tests have. `inside`: a command that runs it, in a network namespace from which the server
 * of its pages can not be reached: they are handed over by this process.
 */
export async function launchChromium(
  path: string,
  { args = [], inside, media = true }: LaunchOptions = {},
): Promise<NativeBrowser> {
  const folder = inside && mkdtempSync(join(tmpdir(), "peerhood-chromium-"));
  const executablePath = folder === undefined ? path : join(folder, "chromium");
  if (folder !== undefined) {
    writeFileSync(executablePath, `#!/bin/sh\nexec ${inside?.join(" ")} '${path}' "$@"\n`);
    chmodSync(executablePath, 0o755);
  }
  const browser = await chromium.launch({ executablePath, args: [...ARGS, ...(media ? MEDIA_ARGS : []), ...args] });
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  try {
    const context = await browser.newContext();
    if (inside !== undefined) await handPagesOver(context);
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

async function handPagesOver(context: BrowserContext): Promise<void> {
  await context.route(/^http:/, async (route) => {
    const response = await fetch(route.request().url());
    const contentType = response.headers.get("content-type") ?? "text/plain";
    await route.fulfill({ status: response.status, contentType, body: await response.text() });
  });
}
