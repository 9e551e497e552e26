import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runNode } from "./run-node.js";

const folder = fileURLToPath(new URL("../../../../examples/ci", import.meta.url));

/** As `npm run test:…` of the example, against the build. */
const RUNNERS = {
  vitest: { args: ["node_modules/vitest/vitest.mjs", "run"], passed: /1 passed/ },
  jest: { args: ["--experimental-vm-modules", "node_modules/jest/bin/jest.js"], passed: /Tests: +1 passed, 1 total/ },
  "node:test": { args: ["--import", "@peerhood/testing/register", "--test", "node/"], passed: /# pass 1\n/ },
};

describe("examples/ci: an application that imports its Peer, tested without changes to it", () => {
  for (const [runner, { args, passed }] of Object.entries(RUNNERS)) {
    it(`under ${runner}`, async () => {
      const { code, stdout, stderr } = await runNode(folder, args);
      expect({ code, output: stdout + stderr }).toEqual({ code: 0, output: expect.stringMatching(passed) });
    });
  }
});
