import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, freeUdpPort } from "@peerhood/testing/test-support";

export const USERNAME = "alice";
export const CREDENTIAL = "wonderland";

/** Why there is no coturn here; `undefined` where there is. Where nothing may be missing it is an error at once. */
export function missingCoturn(): string | undefined {
  if (findProgram("turnserver") !== undefined) return undefined;
  const missing = "There is no turnserver here: apt-get install coturn.";
  if (process.env["PEERHOOD_REQUIRE_ALL"] === "1") throw new Error(missing);
  return missing;
}

export interface Coturn {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Debian's coturn on 127.0.0.1, over UDP.
 * @param secret its `static-auth-secret`, for credentials that are minted; without one there is one user, who is known
 */
export async function startCoturn(secret?: string): Promise<Coturn> {
  const folder = await mkdtemp(join(tmpdir(), "coturn-"));
  const port = await freeUdpPort();
  const users =
    secret === undefined ? ["--lt-cred-mech", "--user", `${USERNAME}:${CREDENTIAL}`] : ["--use-auth-secret"];
  const child = spawn(
    findProgram("turnserver") ?? "turnserver",
    [
      ..."-n --listening-ip 127.0.0.1 --relay-ip 127.0.0.1 --allow-loopback-peers --realm peerhood.test".split(" "),
      ..."--no-tls --no-dtls --no-cli --log-file stdout --simple-log".split(" "),
      `--listening-port=${port}`,
      `--pidfile=${join(folder, "pid")}`,
      `--userdb=${join(folder, "db")}`,
      ...users,
      ...(secret === undefined ? [] : [`--static-auth-secret=${secret}`]),
    ],
    { stdio: "ignore" },
  );
  const ended = once(child, "exit");
  await Promise.race([
    answers(port),
    ended.then(([code]) => Promise.reject(new Error(`turnserver ended with ${code}.`))),
  ]);
  return {
    port,
    close: async () => {
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
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
