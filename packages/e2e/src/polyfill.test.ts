import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { describeEachBrowser, type BrowserPage, type TestBrowser } from "./browser/index.js";
import type * as pageModule from "./pages/polyfill.page.js";

const ENTRY = new URL("./pages/polyfill.page.ts", import.meta.url);

/** Run in the page before anything else: each takes a feature of a modern engine away. */
const OLD_ENGINES = {
  "an engine without ReadableStream": () => {
    Reflect.deleteProperty(globalThis, "ReadableStream");
  },
  "an engine whose ReadableStream is not async-iterable": () => {
    Reflect.deleteProperty(ReadableStream.prototype, Symbol.asyncIterator);
    Reflect.deleteProperty(ReadableStream.prototype, "values");
  },
};

const CAN_ITERATE = "typeof ReadableStream === 'function' && Symbol.asyncIterator in ReadableStream.prototype";

const open = (browser: TestBrowser, before: () => void): Promise<BrowserPage<typeof pageModule>> =>
  browser.open<typeof pageModule>({ entry: ENTRY, before });

describeEachBrowser("peerhood/polyfill", (browser) => {
  for (const [engine, before] of Object.entries(OLD_ENGINES)) {
    it(`${engine}: streams are read by for await`, async () => {
      const without = await browser().open({ before });
      expect(await without.evaluate(CAN_ITERATE)).toBe(false);
      await without.close();

      const page = await open(browser(), before);
      expect(await page.evaluate(CAN_ITERATE)).toBe(true);
      expect(await page.call("readOwn")).toEqual(["one", "two", "three"]);
      expect(await page.call("readBroken")).toBe("broken on purpose");
      expect(await page.call("leaveEarly", false)).toEqual({ cancelled: true, locked: false });
      expect(await page.call("leaveEarly", true)).toEqual({ cancelled: false, locked: false, next: 3 });
      expect(await page.call("talk", 300_000)).toEqual({ sent: 300_000, received: 300_000 });
      expect(page.takeUncaught()).toEqual([]);
      await page.close();
    });
  }

  it("streams of the browser's own are read by for await as well, where only that was missing", async () => {
    const page = await open(browser(), OLD_ENGINES["an engine whose ReadableStream is not async-iterable"]);
    expect(await page.call("readNative")).toBe(100_000);
    expect(await page.evaluate("new Response(new ReadableStream({ start: (c) => c.close() })).text()")).toBe("");
    await page.close();
  });

  it("a modern engine is left as it is", async () => {
    const page = await open(browser(), () => {
      const names = Object.getOwnPropertyNames(globalThis).filter((name) => /Stream|QueuingStrategy/.test(name));
      const before = new Map(names.map((name) => [name, Reflect.get(globalThis, name) as unknown]));
      const { values, [Symbol.asyncIterator]: iterator } = ReadableStream.prototype as never as Record<
        PropertyKey,
        unknown
      >;
      const changes = (): string[] => [
        ...names.filter((name) => Reflect.get(globalThis, name) !== before.get(name)),
        ...["values", Symbol.asyncIterator]
          .filter((name, index) => Reflect.get(ReadableStream.prototype, name) !== [values, iterator][index])
          .map(String),
        ...Object.getOwnPropertyNames(globalThis).filter(
          (name) => /Stream|QueuingStrategy/.test(name) && !names.includes(name),
        ),
      ];
      Object.assign(globalThis, { checked: names.length, changes });
    });
    expect(await page.evaluate("checked")).toBeGreaterThan(5);
    expect(await page.evaluate("changes()")).toEqual([]);
    expect(await page.call("readOwn")).toEqual(["one", "two", "three"]);
    await page.close();
  });
});

/** Bytes of the polyfill within a bundle of that module. */
async function polyfillBytes(contents: string): Promise<number> {
  const { metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    metafile: true,
    conditions: ["@peerhood/source", "browser"],
  });
  const [output] = Object.values(metafile.outputs);
  return Object.entries(output?.inputs ?? {})
    .filter(([path]) => path.includes("web-streams-polyfill") || path.endsWith("/polyfill.ts"))
    .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
}

describe("what the polyfill costs a bundle", () => {
  it("nothing, unless it is imported", async () => {
    expect(await polyfillBytes(`export * from "peerhood";`)).toBe(0);
    expect(await polyfillBytes(`import "peerhood/polyfill"; export * from "peerhood";`)).toBeGreaterThan(10_000);
  });
});
