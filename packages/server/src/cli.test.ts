import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { SignJWT } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { startServer } from "./server.js";
import { RawClient } from "./test-support/raw-client.js";
import { ServerProcess } from "./test-support/server-process.js";

const children = new Set<ChildProcessWithoutNullStreams>();

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});

interface Command {
  readonly child: ChildProcessWithoutNullStreams;
  /** Its first line on stdout. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<{ code: number | null; out: string; err: string }>;
}

function run(...args: string[]): Command {
  const cli = fileURLToPath(new URL("cli.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", cli, ...args]);
  children.add(child);
  let [out, err] = ["", ""];
  child.stderr.on("data", (chunk) => (err += String(chunk)));
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.on("data", (chunk) => {
      out += String(chunk);
      const [line, rest] = out.split("\n", 2);
      if (rest !== undefined) resolve(line ?? "");
    });
  });
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, out, err }));
  return { child, firstLine, ended };
}

describe("peerhood-server", { timeout: 30_000 }, () => {
  for (const [signal, code] of [
    ["SIGINT", 1001],
    ["SIGTERM", 1012],
  ] as const) {
    it(`prints its url, serves, and ends in order on ${signal}`, async () => {
      const { child, firstLine, ended } = run("--port", "0");
      const line = await firstLine;
      expect(line).toMatch(/^peerhood-server listening on ws:\/\/127\.0\.0\.1:\d+$/);
      const client = await RawClient.greet(line.split(" ").at(-1) ?? "");
      child.kill(signal);
      expect(await client.closed).toMatchObject({ code });
      expect(await ended).toEqual({ code: 0, out: `${line}\n`, err: "" });
    });
  }

  it("logs in JSON, a line for each event: addresses, never tokens or secrets", async () => {
    const secret = "a secret of thirty-two bytes or more";
    const server = await ServerProcess.start(["--log-level", "debug"], { PEERHOOD_JWT_SECRET: secret });
    children.add(server.child as ChildProcessWithoutNullStreams);
    const sign = (claims: Record<string, unknown>): Promise<string> =>
      new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h").sign(Buffer.from(secret));
    const tokens = [await sign({ sub: "ann" }), `${await sign({ sub: "bob" })}x`];
    await (await RawClient.greet(server.url, tokens[0])).close();
    const refused = await RawClient.connect(server.url);
    refused.hello(tokens[1]);
    expect(await refused.closed).toMatchObject({ code: 4401 });
    await server.logged('"code":4401');
    await server.kill("SIGTERM");
    const lines = server.log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const line of lines) {
      expect(line).toMatchObject({ level: expect.any(Number), time: expect.any(Number), name: "peerhood-server" });
    }
    expect(lines.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(["listening", "connection opened", "connection closed", "asked to end", "closed"]),
    );
    expect(lines.find(({ id }) => id === "ann")).toMatchObject({ address: "127.0.0.1", msg: "connection closed" });
    for (const hidden of [secret, ...tokens.map((token) => token.split(".")[2] ?? "")]) {
      expect(server.log).not.toContain(hidden);
    }
  });

  it("listens where it is told to", async () => {
    const { child, firstLine, ended } = run("--host", "::1", "-p", "0");
    expect(await firstLine).toMatch(/ws:\/\/\[::1\]:\d+$/);
    child.kill("SIGTERM");
    await ended;
  });

  it("--help and --version", async () => {
    expect(await run("--help").ended).toMatchObject({
      code: 0,
      out: expect.stringContaining("Usage: peerhood-server"),
    });
    expect(await run("--version").ended).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });

  it("says what is wrong with its arguments, with code 2", async () => {
    for (const args of [["--port", "70000"], ["--port", "x"], ["--port", ""], ["--prot", "1"], ["8787"]]) {
      const { code, err } = await run(...args).ended;
      expect(code).toBe(2);
      expect(err).toContain("Usage:");
    }
  });

  it("says that the port is taken, with code 1", async () => {
    const server = await startServer({ port: 0 });
    const { code, err } = await run("--port", String(server.port)).ended;
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("EADDRINUSE") });
    await server.close();
  });
});
