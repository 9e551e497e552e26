import { startRoom } from "../../examples/room/server.mjs";

const USUAL_PORT = 8787;
const MIB = 1024 * 1024;

/**
 * The server of the room on the port that was asked for, else on the usual one, else on a free one.
 * @param {number | undefined} port
 */
export async function openStage(port) {
  try {
    return { server: await startRoom({ port: port ?? USUAL_PORT }), note: "" };
  } catch (error) {
    if (port !== undefined || !isTaken(error)) throw error;
    return { server: await startRoom({ port: 0 }), note: `(port ${USUAL_PORT} is taken)` };
  }
}

/** @param {unknown} error */
function isTaken(error) {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && at.code === "EADDRINUSE") return true;
  }
  return false;
}

/**
 * What has to be undone, last things first. What is added when all has been undone already is undone at once: a
 * Ctrl-C may come while something is being started.
 */
export function createCleanUp() {
  /** @type {(() => Promise<unknown>)[]} */
  const ends = [];
  let over = false;
  return {
    /** @type {(end: () => Promise<unknown>) => void} */
    add(end) {
      if (over) void end().catch(() => {});
      else ends.push(end);
    },
    async run() {
      over = true;
      for (const end of ends.reverse()) await end();
    },
  };
}

/**
 * Resolves when the user ends the demo. Listens on, for npm passes on a Ctrl-C that the terminal has sent already:
 * the second must not cut the cleaning up short.
 * @returns {Promise<"interrupted">}
 */
export function interruption() {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => resolve("interrupted"));
  });
}

/**
 * @param {number} delayMs
 * @param {() => string} message
 */
export function startDeadline(delayMs, message) {
  /** @type {(error: Error) => void} */
  let fail = () => {};
  /** @type {Promise<never>} */
  const passed = new Promise((_, reject) => (fail = reject));
  passed.catch(() => {});
  const timer = setTimeout(() => fail(new Error(message())), delayMs);
  return { passed, stop: () => clearTimeout(timer) };
}

/**
 * `12.3 of 64 MiB  95 MiB/s  0.6 s left`
 * @param {number} current
 * @param {number} total
 * @param {number} ms
 */
export function figures(current, total, ms) {
  const rate = current / (ms / 1000);
  const left = current < total ? `${((total - current) / rate).toFixed(1)} s left` : `${(ms / 1000).toFixed(1)} s`;
  return `${(current / MIB).toFixed(1)} of ${total / MIB} MiB  ${Math.round(rate / MIB)} MiB/s  ${left}`;
}
