import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const bundles = new Map<string, Promise<string>>();

/**
 * Bundles the module `ends/<name>.ts` for Node, from the sources, as the browser harness does for pages. Not run through
 * a loader: those keep the names of functions at a cost for each closure, which would be measured as well.
 */
export function bundleEnd(name: string): Promise<string> {
  const known = bundles.get(name) ?? bundle(name);
  bundles.set(name, known);
  return known;
}

async function bundle(name: string): Promise<string> {
  const folder = fileURLToPath(new URL("../../results/ends/", import.meta.url));
  await mkdir(folder, { recursive: true });
  const outfile = `${folder}${name}.mjs`;
  await build({
    stdin: {
      contents: `import * as end from "./ends/${name}.js"; import { serve } from "./places/node-main.js"; serve(end);`,
      resolveDir: fileURLToPath(new URL("..", import.meta.url)),
      loader: "ts",
    },
    bundle: true,
    outfile,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@peerhood/source"],
    external: ["node-datachannel"],
    // ws is CommonJS and asks for Node's modules by require.
    banner: {
      js: `import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);`,
    },
    logLevel: "warning",
  });
  return outfile;
}
