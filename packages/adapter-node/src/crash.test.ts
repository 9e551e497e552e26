import { describe, expect, it } from "vitest";
import { run } from "./testing/child.js";

describe("what ends a process with bare node-datachannel", () => {
  it("callbacks that throw or reject are logged, with --unhandled-rejections=strict", async () => {
    const { code, output } = await run("throws");
    expect({ code, output }).toMatchObject({ code: 0 });
    const [, logged] = /alive, logged (\d+)/.exec(output) ?? [];
    // 4 of the lone connection, and for both channels of the pair 3 when they open and 2 when they close, at least.
    expect(Number(logged)).toBeGreaterThanOrEqual(14);
    expect(output).toContain("A handler of the connection threw.");
    expect(output).toContain("A listener of a data channel threw.");
  });

  it("garbage collection in the middle of a transfer, of everything that nobody holds", async () => {
    const { code, output } = await run("collected", { flags: ["--expose-gc"], timeoutMs: 30_000 });
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain("received 33554432 33554432");
    const [, collections] = /collections (\d+)/.exec(output) ?? [];
    expect(Number(collections)).toBeGreaterThan(5);
  });
});
