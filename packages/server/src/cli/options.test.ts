import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../limits.js";
import { makeCertificate } from "../test-support/certificates.js";
import { serverOptions } from "./options.js";
import { readSettings, usage } from "./settings.js";

const folder = mkdtempSync(join(tmpdir(), "peerhood-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (args: string[], env: NodeJS.ProcessEnv = {}): ReturnType<typeof serverOptions> =>
  serverOptions(readSettings(args, env), pino({ level: "silent" }));

const SECRET = "a secret of thirty-two bytes or more";

describe("settings of the command", () => {
  it("are safe by default: this machine only, no proxy trusted, every limit as documented", () => {
    expect(read([])).toMatchObject({ port: 8_787, host: "127.0.0.1", trustProxy: 0, limits: {} });
    for (const left of ["tls", "authorize", "origins", "cluster", "turn", "admin"])
      expect(read([])).not.toHaveProperty(left);
  });

  it("come from flags, else from the environment", () => {
    const env = {
      PEERHOOD_PORT: "1",
      PEERHOOD_HOST: "::",
      PEERHOOD_ORIGINS: "https://a.example, https://b.example",
      PEERHOOD_TRUST_PROXY: "2",
      PEERHOOD_CLUSTER: "nats://broker:4222",
      PEERHOOD_ADMIN_PORT: "9090",
      PEERHOOD_JWT_SECRET: SECRET,
      PEERHOOD_TURN_SECRET: "shared",
      PEERHOOD_TURN_URLS: "turn:t.example",
      PEERHOOD_LIMIT_ROOMS: "7",
      // Empty is not given: what a shell leaves of a variable that is not set.
      PEERHOOD_LOG_LEVEL: "",
    };
    expect(read(["--port", "2", "--limit-peers-per-room", "5"], env)).toMatchObject({
      port: 2,
      host: "::",
      origins: ["https://a.example", "https://b.example"],
      trustProxy: 2,
      cluster: "nats://broker:4222",
      admin: { port: 9_090, host: "127.0.0.1" },
      authorize: expect.any(Function),
      turn: { urls: ["turn:t.example"], secret: "shared", ttlS: 3_600 },
      limits: { rooms: 7, peersPerRoom: 5 },
    });
  });

  it("have a flag for each limit, with its default in the help, and none for secrets", () => {
    for (const [name, value] of Object.entries(DEFAULT_LIMITS)) {
      const flag = `--limit-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      expect(usage()).toMatch(new RegExp(`${flag} <number>.*\\(${value}\\)`));
      expect(read([flag, "12345"]).limits).toEqual({ [name]: 12_345 });
    }
    for (const secret of ["--jwt-secret", "--turn-secret"])
      expect(() => read([secret, SECRET])).toThrow(/Unknown option/);
  });

  it("read a certificate and its key, which belong together", () => {
    const { certFile, keyFile, cert, key } = makeCertificate(folder, "read");
    expect(read(["--tls-cert", certFile, "--tls-key", keyFile]).tls).toEqual({ cert, key });
    expect(() => read(["--tls-cert", certFile])).toThrow("belong together");
    expect(() => read(["--tls-cert", "/nowhere", "--tls-key", keyFile])).toThrow("ENOENT");
  });

  it("that open a door by mistake are refused", () => {
    // A lost secret must not let everybody in.
    expect(() => read(["--jwt-issuer", "us"])).toThrow("PEERHOOD_JWT_SECRET");
    expect(() => read([], { PEERHOOD_JWT_SECRET: "short" })).toThrow(RangeError);
    expect(() => read(["--turn-urls", "turn:t.example"])).toThrow("PEERHOOD_TURN_SECRET");
    for (const args of [["--trust-proxy", "yes"], ["--limit-rooms", "0"], ["--limit-rooms=-1"], ["--port", "1e3"]]) {
      expect(() => read(args)).toThrow(/give a number/);
    }
  });
});
