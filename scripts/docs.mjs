// npm run docs: the site in packages/docs, complete. npm run docs:dev: the same while writing, without the checks.
import { spawn } from "node:child_process";
import { checkSite } from "./docs/check-site.mjs";
import { ROOT } from "./lib/root.mjs";

const SITE = `${ROOT}/packages/docs`;

/** @param {string[]} args of VitePress */
function vitepress(args) {
  const bin = `${SITE}/node_modules/vitepress/bin/vitepress.js`;
  return new Promise((resolve) => {
    spawn(process.execPath, [bin, ...args], { cwd: SITE, stdio: "inherit" }).once("exit", (code) => resolve(code ?? 1));
  });
}

if (process.argv.includes("--dev")) {
  process.exitCode = await vitepress(["dev"]);
} else {
  process.exitCode = await vitepress(["build"]);
  if (process.exitCode === 0) {
    const problems = checkSite(`${SITE}/.vitepress/dist`);
    if (problems.length > 0) {
      console.error(problems.join("\n"));
      process.exitCode = 1;
    }
  }
}
