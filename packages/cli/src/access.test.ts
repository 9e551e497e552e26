import { join } from "node:path";
import { startServer } from "@peerhood/server";
import { expect, it, onTestFinished } from "vitest";
import { setStage } from "./test-support/command.js";
import { temporaryFolder, write } from "./test-support/files.js";

const stage = setStage();

it("--token lets in where the server asks who comes; without the right one it is 3", async () => {
  const server = await startServer({ port: 0, authorize: (token) => token === "good" });
  onTestFinished(() => server.close());
  const file = write(join(temporaryFolder(), "a"), "abc");
  const send = (...more: string[]) => stage.run("send", "--server", server.url, "--json", ...more, file);
  for (const refused of [send(), send("--token", "bad")]) {
    expect(await refused.ended).toMatchObject({ code: 3 });
    expect(refused.events).toEqual([expect.objectContaining({ event: "error", code: "DRIVER_REFUSED", exitCode: 3 })]);
  }
  const sender = send("--token", "good");
  const { code } = await sender.saw(({ event }) => event === "code");
  const { out } = await stage.run("receive", String(code), "--server", server.url, "--token", "good", "--stdout").ended;
  expect(String(out)).toBe("abc");
  expect(await sender.ended).toMatchObject({ code: 0 });
});
