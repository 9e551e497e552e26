import { execFile } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { nodeAdapter } from "@peerhood/adapter-node";
import { Peer, WebSocketDriver, type PeerhoodError } from "@peerhood/core";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { FrameType } from "./protocol.js";
import { startServer, type SignalingServer } from "./server.js";
import { makeCertificate, type Certificate } from "./test-support/certificates.js";
import { RawClient } from "./test-support/raw-client.js";
import { ServerProcess } from "./test-support/server-process.js";

const folder = mkdtempSync(join(tmpdir(), "peerhood-tls-"));
const ours = makeCertificate(folder, "ours");
const renewed = makeCertificate(folder, "renewed");
const another = makeCertificate(folder, "another", "DNS:signal.example");
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function serve(tls: Certificate): Promise<SignalingServer> {
  const server = await startServer({ port: 0, tls });
  cleanUps.push(() => server.close());
  return server;
}

/** The name in the certificate that is served to new connections. */
async function servedName(port: number): Promise<string | undefined> {
  const socket: TLSSocket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
}

const cwd = fileURLToPath(new URL("..", import.meta.url));

/** In a process of its own, which takes its authorities from the environment: what the driver says, in a word or two. */
async function driveFrom(url: string, caFile: string): Promise<string> {
  const program = `
    import { WebSocketDriver } from "@peerhood/core";
    import { nodeAdapter } from "@peerhood/adapter-node";
    const driver = new WebSocketDriver(${JSON.stringify(url)}, { createSocket: nodeAdapter.createSocket });
    driver.on("error", ({ code, message }) => { console.log(code, message); void driver.close(); });
    await driver.subscribe("t", async (data) => { console.log("heard", ...data); await driver.close(); });
    await driver.publish("t", Uint8Array.of(1, 2));
  `;
  const args = "--import tsx --conditions @peerhood/source --input-type module --eval".split(" ");
  const { stdout } = await promisify(execFile)(process.execPath, [...args, program], {
    cwd,
    timeout: 20_000,
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
  }).catch((error: { stdout: string }) => error);
  return stdout.trim();
}

describe("the server over TLS", { timeout: 40_000 }, () => {
  it("is what the command's flags make, takes a certificate anew on SIGHUP, and keeps its connections", async () => {
    const [cert, key] = [join(folder, "live.crt"), join(folder, "live.key")];
    const install = ({ certFile, keyFile }: Certificate): void => {
      copyFileSync(certFile, cert);
      copyFileSync(keyFile, key);
    };
    install(ours);
    const server = await ServerProcess.start(["--tls-cert", cert, "--tls-key", key, "--log-level", "info"]);
    cleanUps.push(() => server.kill());
    expect(server.url).toMatch(/^wss:\/\/127\.0\.0\.1:\d+$/);
    expect(await driveFrom(server.url, ours.certFile)).toBe("heard 1 2");
    const client = await RawClient.greet(server.url, "", { ca: ours.cert });
    cleanUps.push(() => client.close());

    // What can not be read leaves the old one.
    writeFileSync(cert, "no certificate");
    server.child.kill("SIGHUP");
    await server.logged("could not be read again");
    expect(await servedName(server.port)).toBe("ours");

    install(renewed);
    server.child.kill("SIGHUP");
    await server.logged("took the certificate anew");
    expect(await servedName(server.port)).toBe("renewed");
    expect(await driveFrom(server.url, renewed.certFile)).toBe("heard 1 2");
    client.send(FrameType.ping, 7);
    expect(await client.next()).toMatchObject({ number: 7 });
    expect(server.isRunning).toBe(true);
  });

  it("with a certificate that nobody trusts here: SIGNALING_CERTIFICATE, which says what to do, and goes on trying", async () => {
    const server = await serve(ours);
    const driver = new WebSocketDriver(server.url, {
      createSocket: nodeAdapter.createSocket,
      connectionTimeoutMs: 700,
    });
    const peer = new Peer({ adapter: nodeAdapter, driver, connectionTimeoutMs: 700 });
    cleanUps.push(() => driver.close());
    const told: PeerhoodError[] = [];
    driver.on("error", (error) => told.push(error as PeerhoodError));
    const errors: PeerhoodError[] = [];
    peer.on("error", ({ error }) => errors.push(error));
    await expect(peer.join("room")).rejects.toMatchObject({
      code: "SIGNALING_UNREACHABLE",
      cause: expect.objectContaining({ code: "SIGNALING_CERTIFICATE" }),
    });
    // Several attempts: it is told once.
    expect(told.map(({ code, retryable }) => [code, retryable])).toEqual([["SIGNALING_CERTIFICATE", true]]);
    expect(errors.map(({ code }) => code)).toEqual(["SIGNALING_CERTIFICATE"]);
    expect(told[0]?.message).toContain(`127.0.0.1:${server.port}`);
    expect(told[0]?.message).toContain("NODE_EXTRA_CA_CERTS");
    expect(told[0]?.message).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  it("with a certificate for another name: SIGNALING_CERTIFICATE, although it is trusted", async () => {
    const server = await serve(another);
    const said = await driveFrom(server.url, another.certFile);
    expect(said).toMatch(/^SIGNALING_CERTIFICATE .*is for another name/);
  });

  it("gives health over https, and cuts who speaks no TLS or takes too long for it", async () => {
    const server = await startServer({ port: 0, tls: ours, limits: { helloTimeoutMs: 300 } });
    cleanUps.push(() => server.close());
    const socket = connect({ port: server.port, host: "127.0.0.1", ca: ours.cert });
    await once(socket, "secureConnect");
    socket.write("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200/);
    socket.destroy();
    for (const opening of ["GET / HTTP/1.1\r\nhost: x\r\n\r\n", "\x16\x03\x01", ""]) {
      const plain = connectTcp(server.port, "127.0.0.1");
      plain.on("error", () => {});
      plain.resume();
      if (opening !== "") plain.write(opening, "latin1");
      await once(plain, "close");
    }
    const client = await RawClient.greet(server.url, "", { ca: ours.cert });
    await client.close();
  });
});
