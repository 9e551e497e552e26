import { expect, it } from "vitest";
import { describeEachBrowser } from "./index.js";

describeEachBrowser("the harness", (browser) => {
  it("runs functions and expressions, and brings their values back", async () => {
    const page = await browser().open();
    expect(await page.evaluate((name) => `hello ${name}`, "page")).toBe("hello page");
    expect(await page.evaluate("Promise.resolve({ list: [1, 2] })")).toEqual({ list: [1, 2] });
    expect(await page.evaluate(() => undefined)).toBeUndefined();
    await page.close();
  });

  it("brings errors back with their code and what the page said", async () => {
    const page = await browser().open();
    const failing = page.evaluate(() => {
      console.warn("about to fail");
      throw Object.assign(new RangeError("broken"), { code: "SOME_CODE" });
    });
    await expect(failing).rejects.toMatchObject({
      name: "RangeError",
      code: "SOME_CODE",
      message: expect.stringMatching(/^broken[\s\S]*about to fail/),
    });
    await page.close();
  });

  it("notices errors and rejections that nobody catches", async () => {
    const page = await browser().open();
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          addEventListener("unhandledrejection", () => resolve());
          void Promise.reject(new Error("nobody awaits me"));
        }),
    );
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          addEventListener("error", () => resolve());
          queueMicrotask(() => {
            throw new Error("nobody catches me");
          });
        }),
    );
    expect(page.takeUncaught().join()).toMatch(/nobody awaits me[\s\S]*nobody catches me/);
    expect(page.takeUncaught()).toEqual([]);
    await page.close();
  });

  it("runs a script before the page's own", async () => {
    const page = await browser().open({ before: () => Object.assign(globalThis, { early: 1 }) });
    expect(await page.evaluate("globalThis.early")).toBe(1);
    await page.reload();
    expect(await page.evaluate("globalThis.early")).toBe(1);
    await page.close();
  });

  it("lets the page call functions of the test", async () => {
    const heard: unknown[] = [];
    const expose = { tellTest: async (value: unknown) => `heard ${heard.push(value)}` };
    const page = await browser().open({ expose });
    expect(await page.evaluate(`tellTest({ from: "page" })`)).toBe("heard 1");
    await page.reload();
    expect(await page.evaluate(`tellTest("again")`)).toBe("heard 2");
    expect(heard).toEqual([{ from: "page" }, "again"]);
    await page.close();
  });

  it("serves pages that are no secure context", async () => {
    const secure = await browser().open();
    const insecure = await browser().open({ insecure: true });
    expect(await secure.evaluate("isSecureContext")).toBe(true);
    expect(await insecure.evaluate("[isSecureContext, typeof crypto.subtle]")).toEqual([false, "undefined"]);
    await Promise.all([secure.close(), insecure.close()]);
  });
});
