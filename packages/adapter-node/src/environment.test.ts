import { describe, expect, it } from "vitest";
import { createNodeAdapter } from "./index.js";
import { run, runInShell } from "./testing/child.js";
import { close, connect, createEnd } from "./testing/pair.js";

describe("an environment that lacks something gives a typed error, where libdatachannel ends the process", () => {
  it("file descriptors", async () => {
    const { code, output } = await runInShell("ulimit -n 60; exec", "many");
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toMatch(/after [1-9]\d*: TOO_MANY_CONNECTIONS, retryable true/);
  });

  it("ports of the range, and one that is given back serves again", async () => {
    const adapter = createNodeAdapter({ portRange: { first: 20_610, last: 20_611 } });
    const [a, b, c] = [createEnd({ adapter }), createEnd({ adapter }), createEnd({ adapter })];
    await connect(a, b);
    await expect(c.connection.createOffer()).rejects.toMatchObject({ code: "TOO_MANY_CONNECTIONS", retryable: true });
    expect(() => createEnd({ adapter })).toThrow(expect.objectContaining({ code: "TOO_MANY_CONNECTIONS" }));
    const { selectedCandidatePair } = await a.connection.stats();
    expect([20_610, 20_611]).toContain(selectedCandidatePair?.local.port);
    await close(a, b);
    await expect(c.connection.createOffer()).resolves.toMatchObject({ type: "offer" });
    await close(c);
  });

  it("the address to bind to", () => {
    const adapter = createNodeAdapter({ bindAddress: "198.51.100.9" });
    expect(() => createEnd({ adapter })).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });

  it("node-datachannel's binary", async () => {
    const { code, output } = await run("no-binary");
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain("NATIVE_MODULE_MISSING");
    expect(output).toContain("npm install node-datachannel --include=optional");
  });

  it("the main thread", async () => {
    const { code, output } = await run("in-worker");
    expect({ code, output }).toEqual({ code: 0, output: "NATIVE_MODULE_MISSING\n" });
  });

  it("a network: connections within the machine work all the same", async () => {
    const { code, output } = await runInShell(
      'unshare --net --map-root-user sh -c \'ip link set lo up; exec "$0" "$@"\'',
      "no-network",
    );
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain("interfaces: lo local: 127.0.0.1");
  });
});
