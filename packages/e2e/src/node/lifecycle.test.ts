import { expect, test } from "vitest";
import { runScript } from "./run-script.js";

test("20 peers, full mesh: all connected, and after all have left the process ends by itself", async () => {
  const { code, stderr, result } = await runScript("mesh.ts", { timeoutMs: 90_000 });
  expect({ code, stderr, result }).toEqual({
    code: 0,
    stderr: "",
    result: { ends: 380, allConnected: true, remotesLeft: 0, resources: [] },
  });
}, 100_000);

test("join and leave 50 times, during join, twice: memory level, nothing left", async () => {
  const run = await runScript("join-leave.ts", { nodeArgs: ["--expose-gc"], timeoutMs: 90_000 });
  expect(run).toMatchObject({ code: 0, stderr: "" });
  const { residentMiB, ...rest } = run.result as { residentMiB: [number, number] };
  expect(rest).toEqual({ subscriptions: 0, listeners: 0, codes: ["ABORTED"], rounds: 20, resources: [] });
  // 40 rounds cost what allocators keep, not what a leak of a connection (0.3 MB) each would.
  expect(residentMiB[1] - residentMiB[0]).toBeLessThan(12);
}, 100_000);
