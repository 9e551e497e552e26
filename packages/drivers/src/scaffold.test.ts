import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
let root: string;

/** A copy of this package, for the script to work on, inside the repository: so what is installed is found. */
beforeAll(() => {
  mkdirSync(`${ROOT}/.cache`, { recursive: true });
  root = mkdtempSync(`${ROOT}/.cache/scaffold-`);
  for (const each of ["package.json", "src"]) {
    cpSync(`${ROOT}/packages/drivers/${each}`, `${root}/packages/drivers/${each}`, { recursive: true });
  }
  symlinkSync(`${ROOT}/packages/drivers/node_modules`, `${root}/packages/drivers/node_modules`);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ status: number; output: string }> {
  const env = { ...process.env, PEERHOOD_TALLY: undefined, NO_COLOR: "1" };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

const script = `${ROOT}/scripts/new-driver.mjs`;

it("makes a driver that passes the contract as it is", { timeout: 60_000 }, async () => {
  expect(await run(script, "kafka", root)).toMatchObject({ status: 0 });
  const files = ["kafka.ts", "kafka.test.ts", "test-support/kafka-double.ts"];
  for (const file of files) {
    const code = readFileSync(`${root}/packages/drivers/src/${file}`, "utf8");
    expect(code).not.toMatch(/template|new-driver/i);
    expect(code).toContain("Kafka");
  }
  const manifest = JSON.parse(readFileSync(`${root}/packages/drivers/package.json`, "utf8")) as Record<string, object>;
  expect(manifest["exports"]).toHaveProperty(["./kafka"], {
    "@peerhood/source": "./src/kafka.ts",
    types: "./dist/kafka.d.ts",
    default: "./dist/kafka.js",
  });
  expect(manifest["publishConfig"]).toHaveProperty(["exports", "./kafka"]);

  // That it compiles is known of the template, which `npm run types` looks at.
  const config = `${ROOT}/vitest.config.ts`;
  const args = ["run", "--config", config, "--root", root, "--project", "unit", "packages/drivers/src/kafka.test.ts"];
  const tests = await run(`${ROOT}/node_modules/vitest/vitest.mjs`, ...args);
  expect(tests.output).toMatch(/Tests +\d\d passed/);
  expect(tests.status).toBe(0);
});

it("refuses a name that is none, or is taken", async () => {
  for (const name of ["", "Kafka", "a b", "../x", "nats"]) expect((await run(script, name, root)).status).toBe(1);
});
