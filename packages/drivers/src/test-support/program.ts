import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Daemons are in folders of their own, which not every shell looks into. */
const FOLDERS = [...(process.env["PATH"] ?? "").split(delimiter).filter(Boolean), "/usr/sbin", "/sbin"];

/** Where a command is, if it is installed. */
export function findProgram(command: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, command)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export interface Program {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a broker on a free port of 127.0.0.1, in a temporary folder; resolves when it says that it is `ready`. */
export async function startProgram(
  path: string,
  args: (port: number, folder: string) => readonly string[],
  ready: RegExp,
): Promise<Program> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "peerhood-broker-"));
  const child = spawn(path, args(port, folder), { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let output = "";
  await new Promise<void>((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      output += chunk.toString();
      if (ready.test(output)) resolve();
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.once("error", reject);
    void gone.then(() => reject(new Error(`${path} ended: ${output}`)));
  });
  return {
    port,
    stop: async () => {
      child.kill("SIGKILL");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
