// npm run size: what a page downloads first for `import { Peer, WebSocketDriver } from "peerhood"`. Bundles the built
// package as a page's bundler does, with splitting; what only a dynamic import loads is left out. size-limit holds the
// figure (.size-limit.json).
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { build } from "esbuild";
import { CACHE, ROOT } from "./lib/root.mjs";

const all = `${CACHE}/size/all`;
const initial = `${CACHE}/size/initial`;
rmSync(`${CACHE}/size`, { recursive: true, force: true });
mkdirSync(initial, { recursive: true });

const { metafile } = await build({
  stdin: {
    contents: `export { Peer, WebSocketDriver } from "peerhood";`,
    resolveDir: `${ROOT}/packages/e2e`,
    sourcefile: "page.js",
  },
  outdir: all,
  absWorkingDir: ROOT,
  bundle: true,
  splitting: true,
  minify: true,
  metafile: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
});

/** The entry and the chunks that it imports statically, directly or not. */
const files = new Set([".cache/size/all/stdin.js"]);
for (const file of files) {
  cpSync(`${ROOT}/${file}`, file.replace(/^.*\//, `${initial}/`));
  for (const { path, kind } of metafile.outputs[file]?.imports ?? []) {
    if (kind === "import-statement") files.add(path);
  }
}
const { status } = spawnSync(process.execPath, [`${ROOT}/node_modules/size-limit/bin.js`], {
  cwd: ROOT,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
