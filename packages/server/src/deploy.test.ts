import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findProgram, freePort } from "@peerhood/testing/test-support";
import { describe, expect, it } from "vitest";
import { ServerProcess } from "./test-support/server-process.js";

const run = promisify(execFile);
const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
const read = (name: string): Promise<string> => readFile(path(name), "utf8");

describe("the systemd unit", () => {
  it.skipIf(findProgram("systemd-analyze") === undefined)("is one, as systemd-analyze says", async () => {
    const folder = await mkdtemp(join(tmpdir(), "peerhood-unit-"));
    const unit = join(folder, "peerhood-server.service");
    await writeFile(unit, await read("deploy/peerhood-server.service"));
    try {
      const { stderr } = await run("systemd-analyze", ["verify", "--man=no", unit]).catch(
        (error) => error as { stderr: string },
      );
      // Of this unit: a machine without systemd has more to say about its own.
      expect(stderr.split("\n").filter((line) => line.includes("peerhood-server"))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("the Dockerfile", () => {
  // There is no engine here: what its steps need is looked at instead.
  it("installs and starts what the package has, and every instruction is one", async () => {
    const dockerfile = await read("deploy/Dockerfile");
    const manifest = JSON.parse(await read("package.json")) as {
      name: string;
      bin: Record<string, string>;
      files: string[];
      peerDependencies: Record<string, string>;
      engines: { node: string };
    };
    const lines = dockerfile.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const steps = lines.map((line) => line.split(" ", 1)[0]);
    expect(steps).toEqual([
      "FROM",
      "ARG",
      "ENV",
      "WORKDIR",
      "RUN",
      "USER",
      "EXPOSE",
      "STOPSIGNAL",
      "HEALTHCHECK",
      "CMD",
    ]);
    const of = (step: string): string =>
      lines.find((line) => line.startsWith(`${step} `))?.slice(step.length + 1) ?? "";
    expect(of("FROM")).toBe("node:20-slim");
    expect(manifest.engines.node).toBe(">=20.19");
    for (const name of [manifest.name, ...Object.keys(manifest.peerDependencies)])
      expect(of("RUN")).toContain(` ${name}@`);
    const [bin = ""] = Object.values(manifest.bin);
    expect(JSON.parse(of("CMD"))).toEqual(["node", join("node_modules", manifest.name, bin)]);
    expect(manifest.files).toContain("dist");
  });

  it(
    "has settings that the server takes, and a health check that tells up from down",
    { timeout: 30_000 },
    async () => {
      const dockerfile = await read("deploy/Dockerfile");
      const environment =
        /^ENV (.*)$/m
          .exec(dockerfile)?.[1]
          ?.split(" ")
          .map((pair) => pair.split("=")) ?? [];
      const server = await ServerProcess.start([], Object.fromEntries(environment) as NodeJS.ProcessEnv);
      expect(new URL(server.url).hostname).toBe("0.0.0.0");
      const [node = "", ...args] = JSON.parse(/^HEALTHCHECK .* CMD (.*)$/m.exec(dockerfile)?.[1] ?? "[]") as string[];
      expect(node).toBe("node");
      const check = (port: number): Promise<unknown> =>
        run(process.execPath, args, { env: { ...process.env, PEERHOOD_PORT: String(port) } });
      await check(server.port);
      await expect(check(await freePort())).rejects.toMatchObject({ code: 1 });
      await server.kill("SIGTERM");
      expect(server.child.exitCode).toBe(0);
    },
  );
});
