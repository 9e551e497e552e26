import { Peer, WebSocketDriver } from "./peerhood.mjs";

/**
 * What both bots have in common: a Peer in the room, and the demo's main process at the other end of a pipe.
 * @param {string} name
 */
export async function createBot(name) {
  const [url = "", room = ""] = process.argv.slice(2);
  const driver = new WebSocketDriver(url);
  const peer = new Peer({ driver });

  /** @type {(type: string, details?: object) => void} */
  const report = (type, details = {}) => void (process.connected && process.send?.({ type, ...details }));

  const end = async () => {
    await peer.leave();
    await driver.close();
    if (process.connected) process.disconnect();
  };
  // Ctrl-C reaches the whole process group; the main process decides when the bots go.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => {});
  // Also when the main process was killed: its end of the pipe is closed, whatever became of it.
  process.once("disconnect", () => void end());

  // Background failures end nothing by themselves; what they keep from happening, the story misses.
  peer.on("error", ({ error }) => report("trouble", { message: inFull(error) }));
  peer.on("channel:error", ({ error }) => report("trouble", { message: inFull(error) }));

  const join = async () => {
    await peer.open("chat");
    await peer.open("files");
    await peer.join({ room, metadata: { name, runtime: `Node ${process.versions.node}`, bot: true } });
    report("joined");
  };
  return { peer, report, join };
}

/**
 * Runs a bot's part; what goes wrong in it is told to the main process.
 * @param {Awaited<ReturnType<typeof createBot>>["report"]} report
 * @param {() => Promise<void>} part
 */
export async function perform(report, part) {
  try {
    await part();
  } catch (error) {
    report("failed", { message: inFull(error) });
  }
}

/**
 * The message of an error and of what led to it.
 * @param {unknown} error
 * @returns {string}
 */
function inFull(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${inFull(error.cause)})`;
}
