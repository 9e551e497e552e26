// npm run demo [-- --once] [--port 8787]: set-up, then scripts/demo/story.mjs. This file runs on a fresh clone, so
// it imports nothing that has to be installed or built first.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const USAGE = `npm run demo -- [--once] [--port 8787]

Two Node bots meet over WebRTC, chat, and pass on a file of 64 MiB; then a page is open for you.
  --once   ends after the file: exit code 0 if all went well, else 1
  --port   for signaling and page; the default is 8787, or a free one if that is taken`;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: { once: { type: "boolean", default: false }, port: { type: "string" }, help: { type: "boolean" } },
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      throw new Error(`--port is a number from 0 to 65535, not ${values.port}.`);
    }
    return { once: values.once, help: values.help === true, port };
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(`\n${USAGE}`);
    return undefined;
  }
}

/** @returns {Promise<number>} its exit code */
function setUp() {
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL("setup.mjs", import.meta.url));
    spawn(process.execPath, [script], { stdio: "inherit" })
      .on("error", reject)
      .on("exit", (code) => resolve(code ?? 1));
  });
}

const options = readArguments();
if (options === undefined) {
  process.exitCode = 1;
} else if (options.help) {
  console.log(USAGE);
} else {
  const code = await setUp();
  if (code === 0) {
    const { tellStory } = await import("./demo/story.mjs");
    process.exitCode = await tellStory(options);
  } else {
    console.error("\nThe demo did not start: its set-up failed, see above.");
    process.exitCode = 1;
  }
}
