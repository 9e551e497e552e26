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

  peer.on("error", ({ error }) => report("failed", { message: `${name}: ${error.message}` }));
  peer.on("channel:error", ({ error }) => report("failed", { message: `${name}: ${error.message}` }));

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
 * @param {ReturnType<typeof createBot> extends Promise<infer Bot> ? Bot["report"] : never} report
 * @param {() => Promise<void>} part
 */
export async function perform(report, part) {
  try {
    await part();
  } catch (error) {
    report("failed", { message: error instanceof Error ? error.message : String(error) });
  }
}
