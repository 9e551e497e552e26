import { gzipSync } from "node:zlib";
import { createContext, runInContext } from "node:vm";
import { build, type BuildOptions } from "esbuild";
import { describe, expect, it } from "vitest";
import { describeEachBrowser, type BrowserPage, type OpenOptions } from "./browser/index.js";
import type * as pageModule from "./pages/adapter-browser.page.js";

const ENTRY = new URL("./pages/adapter-browser.page.ts", import.meta.url);

/**
 * Min+gzip, beside what core brings along anyway; what join loads is in it, of which media is 1,300, and what notices
 * the page's end, the network's change and why a connection fails 500.
 */
const MAX_OWN_BYTES = 3_600;
/** Chromium counts a page's connections, closed ones included until they are collected. */
const CHROMIUM_LIMIT = 500;

describeEachBrowser("the browser adapter", (browser, name) => {
  const open = (options: OpenOptions = {}): Promise<BrowserPage<typeof pageModule>> =>
    browser().open<typeof pageModule>({ entry: ENTRY, ...options });

  for (const insecure of [false, true]) {
    it(`gives the browser's own objects, in ${insecure ? "a plain-http page" : "a secure context"}`, async () => {
      const page = await open({ insecure });
      expect(await page.evaluate("isSecureContext")).toBe(!insecure);
      expect(await page.call("connectHere")).toEqual({
        kinds: ["RTCPeerConnection", "RTCDataChannel"],
        binaryType: "arraybuffer",
        heard: "hello",
      });
      await page.close();
    });
  }

  it("says closed soon after the remote has vanished", async () => {
    const page = await open();
    const { ms, states } = await page.call("remoteVanishes");
    expect(states).toEqual(["connecting", "connected", "closed"]);
    // By itself the browser says "disconnected" after 6 s and more.
    expect(ms).toBeLessThan(3_000);
    await page.close();
  });

  it("tells what is missing where there is no RTCPeerConnection", async () => {
    const page = await open({ before: () => void Reflect.deleteProperty(globalThis, "RTCPeerConnection") });
    expect(await page.call("createMany", 1)).toMatchObject({
      code: "NATIVE_MODULE_MISSING",
      retryable: false,
      message: expect.stringContaining("RTCPeerConnection"),
    });
    await page.close();
  });

  // Firefox has no such limit.
  if (name === "chromium") {
    it("takes too many connections for a failure that passes", async () => {
      const page = await open();
      expect(await page.call("createMany", CHROMIUM_LIMIT + 1)).toMatchObject({
        code: "TOO_MANY_CONNECTIONS",
        retryable: true,
      });
      await page.close();
    });
  }

  it("hands on further configuration, and refuses bad URLs of sockets", async () => {
    const page = await open();
    expect(await page.call("withConfiguration", 3)).toBe(name === "chromium" ? 3 : undefined);
    expect(await page.call("openSocket", "ws://[bad")).toMatchObject({ code: "INVALID_ARGUMENT", retryable: false });
    await page.close();
  });
});

describe("the browser adapter as a module", () => {
  const bundle = async (contents: string, options: BuildOptions): Promise<string> => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: import.meta.dirname },
      bundle: true,
      write: false,
      minify: true,
      target: "es2022",
      conditions: ["@peerhood/source", "browser"],
      ...options,
    });
    return outputFiles?.[0]?.text ?? "";
  };
  const ADAPTER = `export * from "@peerhood/adapter-browser";`;

  it("touches no global when imported", async () => {
    const script = await bundle(ADAPTER, { format: "iife", globalName: "exported" });
    // A realm with the language's own globals and no others.
    const realm = createContext({});
    runInContext(script, realm);
    expect(runInContext("exported.browserAdapter.name", realm)).toBe("browser");
    await expect(runInContext("exported.browserAdapter.load()", realm)).rejects.toMatchObject({
      code: "NATIVE_MODULE_MISSING",
    });
  });

  it(`adds at most ${MAX_OWN_BYTES} bytes to core`, async () => {
    const core = `export { PeerhoodError } from "@peerhood/core"; export { SignalingGate } from "@peerhood/core/internal";`;
    const size = async (contents: string): Promise<number> =>
      gzipSync(await bundle(contents, { format: "esm" }), { level: 9 }).length;
    expect((await size(core + ADAPTER)) - (await size(core))).toBeLessThanOrEqual(MAX_OWN_BYTES);
  });
});
