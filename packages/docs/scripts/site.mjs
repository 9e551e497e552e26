// npm run docs: the whole site, into .vitepress/dist, and fails on links that lead nowhere. npm run docs:dev: the site while
// one writes. Both make what is made of the sources first: the API and error references.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkSite } from "./check-site.mjs";
import { makeApi } from "./make-api.mjs";
import { makeErrors } from "./make-errors.mjs";
import { makeLlms } from "./make-llms.mjs";

const SITE = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** @param {string} command of VitePress @returns {Promise<number>} its exit code */
function vitepress(command) {
  const bin = `${SITE}/node_modules/vitepress/bin/vitepress.js`;
  return new Promise((resolve) => {
    spawn(process.execPath, [bin, command], { cwd: SITE, stdio: "inherit" }).once("exit", (code) => resolve(code ?? 1));
  });
}

rmSync(`${SITE}/reference/api`, { recursive: true, force: true });
await makeApi(`${SITE}/reference/api`);
makeErrors(SITE);
if (process.argv.includes("--dev")) {
  process.exitCode = await vitepress("dev");
} else {
  process.exitCode = await vitepress("build");
  makeLlms(SITE, `${SITE}/.vitepress/dist`);
  const problems = checkSite(`${SITE}/.vitepress/dist`);
  if (problems.length > 0) {
    console.error(problems.join("\n"));
    process.exitCode = 1;
  }
}
