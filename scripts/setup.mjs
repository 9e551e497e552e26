// npm run setup [-- --browsers --programs]: everything that a fresh clone needs, and nothing that it has already. Runs before
// anything is installed, so it imports node: and its own folder only.
import { runInstall } from "./setup/install.mjs";
import { runBuild } from "./setup/build.mjs";
import { runBrowsers } from "./setup/browsers.mjs";
import { runPrograms } from "./setup/programs.mjs";

/** As `engines` in package.json; 20.19 is the first that can `require` an ES module. */
const NODE_AT_LEAST = [20, 19];

/** @returns {boolean} */
function nodeFits() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [wantMajor = 0, wantMinor = 0] = NODE_AT_LEAST;
  if (major > wantMajor || (major === wantMajor && minor >= wantMinor)) return true;
  console.error(`Node ${NODE_AT_LEAST.join(".")} or newer is needed, this is ${process.version}: https://nodejs.org`);
  return false;
}

const steps = [runInstall, runBuild];
if (process.argv.includes("--browsers")) steps.push(runBrowsers);
if (process.argv.includes("--programs")) steps.push(runPrograms);

let ok = nodeFits();
for (const step of steps) ok = ok && (await step());
process.exitCode = ok ? 0 : 1;
