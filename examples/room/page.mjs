import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { answerPage } from "@peerhood/server";
import { build } from "esbuild";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Bundles the page: its files by path.
 * @returns {Promise<Map<string, { type: string, body: string | Uint8Array }>>}
 */
export async function buildPage() {
  const { outputFiles } = await build({
    entryPoints: { room: here("src/main.ts"), inspector: here("src/inspector.ts"), style: here("styles/index.css") },
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
  const bundle = (/** @type {string} */ name) => outputFiles.find((file) => file.path === name)?.contents ?? "";
  return new Map([
    ["/", { type: "text/html; charset=utf-8", body: await readFile(here("index.html")) }],
    ["/room.js", { type: "text/javascript; charset=utf-8", body: bundle("/room.js") }],
    ["/inspector.js", { type: "text/javascript; charset=utf-8", body: bundle("/inspector.js") }],
    ["/room.css", { type: "text/css; charset=utf-8", body: bundle("/style.css") }],
  ]);
}

/** Bundles the page once and returns what answers for it. */
export async function createPage() {
  return answerPage(await buildPage());
}
