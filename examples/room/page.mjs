import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** Nothing from elsewhere; `blob:` is for previews of pictures that arrived. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Bundles the page: its files by path.
 * @returns {Promise<Map<string, { type: string, body: string | Uint8Array }>>}
 */
export async function buildPage() {
  const { outputFiles } = await build({
    entryPoints: { room: here("src/main.ts"), style: here("styles/index.css") },
    outdir: "/",
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    minify: true,
    // Run from source, the page is made from source too.
    conditions: process.execArgv.some((argument) => argument.includes("@peerhood/source")) ? ["@peerhood/source"] : [],
    // What goes wrong is in the error that it throws.
    logLevel: "silent",
  });
  const bundle = (/** @type {string} */ ending) =>
    outputFiles.find((file) => file.path.endsWith(ending))?.contents ?? "";
  return new Map([
    ["/", { type: "text/html; charset=utf-8", body: await readFile(here("index.html")) }],
    ["/room.js", { type: "text/javascript; charset=utf-8", body: bundle(".js") }],
    ["/room.css", { type: "text/css; charset=utf-8", body: bundle(".css") }],
  ]);
}

/**
 * Bundles the page once and returns what answers for it.
 * @returns {Promise<(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => void>}
 */
export async function createPage() {
  const files = await buildPage();
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://page");
    const file = files.get(pathname);
    if (file === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
      response.writeHead(file === undefined ? 404 : 405, { "content-type": "text/plain; charset=utf-8" });
      response.end(file === undefined ? "Nothing here. The room is at /\n" : "GET only\n");
      return;
    }
    response.writeHead(200, {
      "content-type": file.type,
      "content-length": Buffer.byteLength(file.body),
      "content-security-policy": POLICY,
      "cache-control": "no-cache",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
    response.end(request.method === "HEAD" ? undefined : file.body);
  };
}
