import { transform } from "esbuild";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { expect, inject, it } from "vitest";
import { describeWith } from "../browser/describe-browser.js";
import { BUNDLER_NAMES, bundlePage } from "./bundlers.js";
import { MEET } from "./meet.js";
import { serveFolder } from "./serve-folder.js";

const consumer = inject("consumer");

const PAGE = `import { Peer, MemoryDriver, WebSocketDriver } from "peerhood";
${MEET}
globalThis.exported = [typeof Peer, typeof WebSocketDriver];
globalThis.met = meet();
`;
/** What only the Node side holds: the native module, the socket's implementation, Node's own modules. */
const NODE_ONLY = /node-datachannel|permessage-deflate|createRequire|["']node:|require\(["']ws["']\)/;

/** All of it without its comments, which may well speak of Node. */
async function codeOf(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".js"));
  const codes = files.map(async (file) => {
    const code = await readFile(join(folder, file), "utf8");
    return (await transform(code, { minifyWhitespace: true, legalComments: "none" })).code;
  });
  return (await Promise.all(codes)).join("\n");
}

describeWith(["chromium"], "a page's bundle", (browser) => {
  it.each(BUNDLER_NAMES)("by %s takes the browser's adapter, nothing of Node's, and peers meet in it", async (tool) => {
    await writeFile(join(consumer, "page.js"), PAGE);
    const folder = join(consumer, "bundles", tool);
    const packages = await bundlePage(tool, consumer, "page.js", folder);
    expect([...packages]).toEqual(
      expect.arrayContaining(["peerhood", "@peerhood/core", "@peerhood/adapter-browser", "eventemitter3"]),
    );
    for (const name of ["@peerhood/adapter-node", "node-datachannel", "ws"]) expect(packages).not.toContain(name);

    const code = await codeOf(folder);
    expect(code).toContain("RTCPeerConnection");
    expect(NODE_ONLY.exec(code)?.[0]).toBeUndefined();

    await writeFile(join(folder, "index.html"), `<!doctype html><script type="module" src="main.js"></script>`);
    const server = await serveFolder(folder);
    const page = await (browser("chromium").native as Browser).newPage();
    try {
      await page.goto(server.url);
      expect(await page.evaluate("exported")).toEqual(["function", "function"]);
      expect(await page.evaluate("met")).toEqual({ text: "hello", native: "RTCPeerConnection" });
    } finally {
      await page.close();
      await server.close();
    }
  });
});
