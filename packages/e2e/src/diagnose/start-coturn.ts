import { spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const USERNAME = "alice";
export const CREDENTIAL = "wonderland";

/** Why there is no coturn here; `undefined` where there is. */
export function missingCoturn(): string | undefined {
  return spawnSync("turnserver", ["--version"]).error
    ? "There is no turnserver here: apt-get install coturn."
    : undefined;
}

export interface Coturn {
  readonly port: number;
  close(): Promise<void>;
}

/** Debian's coturn on 127.0.0.1, with one user, over UDP. */
export async function startCoturn(): Promise<Coturn> {
  const folder = await mkdtemp(join(tmpdir(), "coturn-"));
  const port = await freeUdpPort();
  const child = spawn(
    "turnserver",
    `-n --listening-ip 127.0.0.1 --relay-ip 127.0.0.1 --listening-port ${port} --lt-cred-mech --realm peerhood.test
      --user ${USERNAME}:${CREDENTIAL} --no-tls --no-dtls --no-cli --allow-loopback-peers --log-file stdout --simple-log
      --pidfile ${join(folder, "pid")} --userdb ${join(folder, "db")}`.split(/\s+/),
    { stdio: "ignore" },
  );
  const ended = once(child, "exit");
  await answers(port);
  return {
    port,
    close: async () => {
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** Resolves with the first answer to a STUN binding request (RFC 8489), asked again and again. */
async function answers(port: number): Promise<void> {
  const socket = createSocket("udp4");
  const request = Buffer.from("000100002112a442000102030405060708090a0b", "hex");
  socket.on("error", () => {});
  const asking = setInterval(() => socket.send(request, port, "127.0.0.1", () => {}), 50);
  await once(socket, "message");
  clearInterval(asking);
  socket.close();
}
