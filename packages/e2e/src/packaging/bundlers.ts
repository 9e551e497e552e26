import commonjsTypedAsCommonjs from "@rollup/plugin-commonjs";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { join, relative } from "node:path";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";

/** An ES module whose declarations say CommonJS: to the compiler its default export is one level too deep. */
const commonjs = commonjsTypedAsCommonjs as unknown as typeof commonjsTypedAsCommonjs.default;

/**
 * Bundles `entry`, a file of the folder `from`, for a page, as the users of the tool do: with no conditions given by
 * hand. Writes `main.js` and its chunks, ES modules, to the folder `to`. Resolves with the paths of all modules within.
 */
export type Bundler = (from: string, entry: string, to: string) => Promise<string[]>;

async function viaEsbuild(from: string, entry: string, to: string): Promise<string[]> {
  const { metafile } = await esbuild({
    entryPoints: { main: entry },
    absWorkingDir: from,
    outdir: to,
    bundle: true,
    splitting: true,
    format: "esm",
    metafile: true,
    logLevel: "silent",
  });
  return Object.keys(metafile.inputs);
}

async function viaVite(from: string, entry: string, to: string): Promise<string[]> {
  const modules: string[] = [];
  await vite({
    root: from,
    configFile: false,
    logLevel: "error",
    plugins: [{ name: "list", moduleParsed: ({ id }) => void modules.push(id) }],
    build: {
      outDir: to,
      minify: false,
      rolldownOptions: { input: { main: join(from, entry) }, output: { entryFileNames: "[name].js" } },
    },
  });
  return modules;
}

async function viaRollup(from: string, entry: string, to: string): Promise<string[]> {
  const bundle = await rollup({
    input: { main: join(from, entry) },
    // eventemitter3 is CommonJS inside.
    plugins: [nodeResolve({ browser: true }), commonjs()],
    onwarn: ({ code, message }) => {
      if (code === "UNRESOLVED_IMPORT" || code === "MISSING_EXPORT") throw new Error(message);
    },
  });
  await bundle.write({ dir: to, format: "es" });
  await bundle.close();
  return bundle.watchFiles;
}

async function viaWebpack(from: string, entry: string, to: string): Promise<string[]> {
  const compiler = webpack({
    context: from,
    entry: { main: `./${entry}` },
    mode: "production",
    optimization: { minimize: false },
    output: { path: to, filename: "[name].js" },
  });
  if (compiler === null) throw new Error("webpack made no compiler of this");
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
    compiler.run((error, result) => (error === null ? resolve(result) : reject(error)));
  });
  await new Promise<void>((resolve) => void compiler.close(() => resolve()));
  if (stats === undefined || stats.hasErrors()) throw new Error(stats?.toString("errors-only"));
  return [...stats.compilation.fileDependencies];
}

const BUNDLERS = { esbuild: viaEsbuild, Vite: viaVite, Rollup: viaRollup, webpack: viaWebpack } satisfies Record<
  string,
  Bundler
>;
export const BUNDLER_NAMES = Object.keys(BUNDLERS) as (keyof typeof BUNDLERS)[];

/** @returns names of the packages that went into the bundle */
export async function bundlePage(
  tool: keyof typeof BUNDLERS,
  from: string,
  entry: string,
  to: string,
): Promise<Set<string>> {
  const modules = await BUNDLERS[tool](from, entry, to);
  return packagesOf(modules.map((path) => (path.startsWith(from) ? relative(from, path) : path)));
}

/** `node_modules/@scope/name/file.js` is of `@scope/name`; a tool's own helpers are of no package. */
export function packagesOf(modules: readonly string[]): Set<string> {
  const names = modules.flatMap((path) => {
    const [, name] = /^(?:\0)?node_modules\/((?:@[^/]+\/)?[^/]+)\/.*\.[cm]?js/.exec(path.replaceAll("\\", "/")) ?? [];
    return name === undefined ? [] : [name];
  });
  return new Set(names);
}
