import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { run } from "./program.js";
import { setStage } from "./test-support/command.js";
import { temporaryFolder, write } from "./test-support/files.js";

const stage = setStage();

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it.each([
  [["nonsense"], "USAGE"],
  [["send"], "USAGE"],
  [["send", "--wait", "-1", "f"], "USAGE"],
  [["serve", "--port", "99999"], "USAGE"],
  [["send", ""], "NO_NAME"],
  [["receive", "7-crater"], "INVALID_CODE"],
  [["receive", "7-a-b", "--output", ""], "NO_NAME"],
  [["receive", "7-a-b", "--server", "ftp://x"], "INVALID_SERVER"],
  [["tap", "lobby", "--server", ""], "NO_SERVER"],
  [["chat", ""], "INVALID_ARGUMENT"],
  [["doctor", "--ice", "nonsense"], "INVALID_ICE"],
  [["send", "--relay", "--ice", "stun:127.0.0.1:1", import.meta.filename], "NO_RELAY"],
])("%j makes no sense: 2, and one JSON line on stdout", async (args, code) => {
  vi.stubEnv("PEERHOOD_SERVER", args.includes("--server") ? "" : stage.server.url);
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  expect(await run([...args, "--json"])).toBe(2);
  expect(stdout.mock.calls.map(([line]) => JSON.parse(String(line)))).toEqual([
    { event: "error", code, exitCode: 2, message: expect.any(String) },
  ]);
});

it("help and the version are what stdout is for; without a command help goes to stderr, with 2", async () => {
  const version = await stage.run("--version").ended;
  expect([version.code, String(version.out), version.err]).toEqual([0, `${manifest.version}\n`, ""]);
  const { code, out, err } = await stage.run().ended;
  expect([code, String(out)]).toEqual([2, ""]);
  expect(err).toContain("Exit codes");
});

it("a place that can not be written to is told before anybody is met, with 6", async () => {
  const file = write(join(temporaryFolder(), "file"), "");
  for (const output of [file, join(file, "below"), "/proc/none"]) {
    const command = stage.run("receive", "7-a-b", "--json", "--output", output);
    expect(await command.ended).toMatchObject({ code: 6 });
    expect(command.events).toEqual([expect.objectContaining({ event: "error", exitCode: 6 })]);
  }
});

it("nobody comes within --wait: 7, on either side", async () => {
  const sender = stage.run("send", "--wait", "1", "--json", import.meta.filename);
  const receiver = stage.run("receive", "7-a-b", "--wait", "1", "--output", temporaryFolder());
  expect(await sender.ended).toMatchObject({ code: 7 });
  expect(sender.events.at(-1)).toMatchObject({ event: "error", code: "NOBODY_CAME" });
  expect(await receiver.ended).toMatchObject({ code: 7 });
});
