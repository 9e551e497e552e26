import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

interface RoomServer {
  readonly url: string;
  /** Resolves when the process has ended; it fails unless it went by itself. */
  close(): Promise<void>;
}

/** The start script of the example, in a process of its own, as its README says, and from source. */
export async function startRoomServer(): Promise<RoomServer> {
  const folder = fileURLToPath(new URL("../../../../examples/room/", import.meta.url));
  const child = spawn(
    process.execPath,
    ["--conditions=@peerhood/source", "--import", "tsx", "server.mjs", "--port", "0"],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(child, "exit");
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), "line"),
    ended.then(([code]) => Promise.reject(new Error(`The room's server ended with ${String(code)}.`))),
  ])) as [string];
  const port = /localhost:(\d+)/.exec(line)?.[1];
  if (port === undefined) throw new Error(`The room's server printed no address but: ${line}`);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      child.kill("SIGTERM");
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Error(`The room's server ended with ${String(code)}.`);
    },
  };
}
