import { describe, expect, it } from "vitest";
import { run } from "./testing/child.js";

describe("the process exits by itself", () => {
  it.concurrent.each([
    "closed",
    "remote closed only",
    "channels of every state",
    "media in use",
    "media that was never agreed on",
    "never connected",
    "closed while connecting",
    "closed at once by both",
    "relay policy",
    "imported only",
  ])("%s", async (name) => {
    const { code, signal, output } = await run("exits", { args: [name] });
    expect({ code, signal, output }).toMatchObject({ code: 0, signal: null });
    const [, afterMs] = /done, exit after (\d+) ms/.exec(output) ?? [];
    expect(Number(afterMs)).toBeLessThan(500);
  });

  it.concurrent("but an open connection keeps it alive, like a socket", async () => {
    // Proves that the cases above could fail.
    expect(await run("exits", { args: ["idle"], timeoutMs: 5_000 })).toMatchObject({ code: null, signal: "SIGKILL" });
  });
});
