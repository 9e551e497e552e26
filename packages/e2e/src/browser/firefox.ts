import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, type Browser } from "puppeteer-core";
import { guard } from "./guard.js";
import { INSECURE_HOST } from "./insecure-host.js";
import type { NativeBrowser, NativePage } from "./types.js";

const PREFERENCES = {
  // Host names instead of addresses in candidates: nothing resolves them in a container.
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  // `enumerateDevices` of a page that another one covers, or whose window is not in front, would wait until it is seen.
  "media.devices.unfocused.enabled": true,
  "network.dns.localDomains": INSECURE_HOST,
  // A page that another one covers keeps its pace.
  "dom.min_background_timeout_value": 4,
  "dom.timeout.enable_budget_timer_throttling": false,
};

/** Firefox by puppeteer over WebDriver BiDi, with an empty profile that is removed at the end. */
export async function launchFirefox(executablePath: string): Promise<NativeBrowser> {
  const profile = await mkdtemp(join(tmpdir(), "peerhood-firefox-"));
  const removeProfile = (): Promise<void> => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  try {
    const browser = await launch({
      browser: "firefox",
      executablePath,
      headless: true,
      userDataDir: profile,
      extraPrefsFirefox: PREFERENCES,
      // A call may last as long as its test.
      protocolTimeout: 0,
    });
    const callOff = guard(browser.process()?.pid ?? 0, profile);
    return {
      native: browser,
      newPage: (onLog) => newPage(browser, onLog),
      async close() {
        callOff();
        await browser.close().finally(removeProfile);
      },
    };
  } catch (error) {
    await removeProfile();
    throw error;
  }
}

async function newPage(browser: Browser, onLog: (line: string) => void): Promise<NativePage> {
  const page = await browser.newPage();
  page.on("console", (message) => onLog(`${message.type()}: ${message.text()}`));
  return {
    goto: async (url) => void (await page.goto(url, { waitUntil: "load", timeout: 60_000 })),
    expose: async (name, fn) => void (await page.exposeFunction(name, fn)),
    evaluate: (expression) => page.evaluate(expression),
    close: () => page.close(),
  };
}
