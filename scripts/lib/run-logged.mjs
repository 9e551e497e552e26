import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { CACHE, ROOT } from "./root.mjs";

/** A terminal shows the seconds in place; a log gets a line this often, so that a quiet step does not look hung. */
const LOG_EVERY_MS = 20_000;
const TERMINAL_EVERY_MS = 1_000;
/** What of the log is shown when the command fails. */
const TAIL_LINES = 40;

/**
 * Runs a command with its output in `.cache/<name>.log`, and one line on the terminal.
 * @param {string} name of the log
 * @param {string} what shown to the person, for example "Installing the dependencies"
 * @param {{ command: string, args: string[], shell?: boolean, env?: NodeJS.ProcessEnv }} how
 * @returns {Promise<boolean>} whether it exited with 0; if not, the end of its log has been shown
 */
export async function runLogged(name, what, { command, args, shell = false, env = process.env }) {
  const log = `${CACHE}/${name}.log`;
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, "w");
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(0);
  const inPlace = process.stdout.isTTY;
  const show = (/** @type {string} */ text) => process.stdout.write(inPlace ? `\r\x1b[K${text}` : `${text}\n`);
  show(`${what} …`);
  const timer = setInterval(
    () => show(`${what} … ${seconds()} s${inPlace ? "" : ` (log: ${log})`}`),
    inPlace ? TERMINAL_EVERY_MS : LOG_EVERY_MS,
  );
  const problem = await new Promise((resolve) => {
    spawn(command, args, { cwd: ROOT, shell, env, stdio: ["ignore", file, file] })
      .once("error", (error) => resolve(`${command} could not be started: ${error.message}`))
      .once("exit", (code, signal) => resolve(code === 0 ? undefined : `${command} ended with ${signal ?? code}`));
  });
  clearInterval(timer);
  closeSync(file);
  if (problem === undefined) {
    show(`${what}: done in ${seconds()} s.`);
    if (inPlace) process.stdout.write("\n");
    return true;
  }
  if (inPlace) process.stdout.write("\n");
  const tail = readFileSync(log, "utf8").trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
  console.error(`${tail}\n\n${what}: ${problem}. The whole log: ${log}`);
  return false;
}
