import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A bot that has not gone by then is ended. */
const GOODBYE_MS = 3_000;

/**
 * What a bot tells; which of the fields are there depends on the type.
 * @typedef {{ type: string, who: string, text: string, message: string, sha256: string, bytes: number,
 *   current: number, total: number, ms: number, pair?: import("./peerhood.mjs").ConnectionStats["selectedCandidatePair"]
 * }} Report
 */

/**
 * A bot in a process of its own.
 * @param {string} file
 * @param {string} name
 * @param {string[]} args
 */
export function startPlayer(file, name, args) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    // openAsBlob is marked experimental in Node 20, and warns.
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  /** @type {Map<string, (report: Report) => void>} */
  const listeners = new Map();
  let stopping = false;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  /** Rejects when the bot fails; never resolves. */
  const failed = new Promise((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (!stopping) reject(new Error(`The process of ${name} ended by itself (${signal ?? `exit code ${code}`}).`));
    });
    child.on("message", (/** @type {Report} */ { type, message }) => {
      if (type === "failed") reject(new Error(message));
    });
  });
  // Whether somebody waits at that moment or not, it is no unhandled rejection.
  failed.catch(() => {});
  child.on("message", (/** @type {Report} */ report) => listeners.get(report.type)?.(report));

  return {
    pid: child.pid,
    failed,
    /** @type {(message: object) => void} */
    tell: (message) => void child.send(message),
    /** @type {(type: string, listener: (report: Report) => void) => void} */
    on: (type, listener) => void listeners.set(type, listener),
    /** @type {(type: string) => Promise<Report>} */
    next: (type) => new Promise((resolve) => listeners.set(type, resolve)),
    async stop() {
      stopping = true;
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill("SIGKILL"), GOODBYE_MS);
      if (child.exitCode === null && child.signalCode === null) await gone;
      clearTimeout(timer);
    },
  };
}
