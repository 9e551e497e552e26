import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Global under which a bundle's exports stand in the page. */
export const ENTRY_GLOBAL = "peerhoodPage";

/** Bundles a page's module from the sources, as an application's bundler would with the browser's conditions. */
export async function bundlePage(entry: URL): Promise<string> {
  const path = fileURLToPath(entry);
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: "iife",
    globalName: ENTRY_GLOBAL,
    platform: "browser",
    target: "es2022",
    conditions: ["@peerhood/source", "browser"],
    sourcemap: "inline",
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${path}`);
  return file.text;
}
