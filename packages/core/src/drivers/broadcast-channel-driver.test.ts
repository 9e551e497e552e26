import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { BroadcastChannelDriver } from "./broadcast-channel-driver.js";

// The contract of drivers is tested in packages/testing; here is what is this driver's own.

afterEach(() => vi.unstubAllGlobals());

describe("BroadcastChannelDriver", () => {
  it("hears drivers of its name only", async () => {
    const one = new BroadcastChannelDriver({ name: "one" });
    const two = new BroadcastChannelDriver({ name: "two" });
    const received: string[] = [];
    const heard = new Promise<void>(
      (resolve) => void one.subscribe("t", (data) => resolve(void received.push(`${data}`))),
    );
    await two.subscribe("t", () => received.push("wrong"));
    const publisher = new BroadcastChannelDriver({ name: "one" });
    await publisher.publish("t", Uint8Array.of(7));
    await heard;
    expect(received).toEqual(["7"]);
    await Promise.all([one, two, publisher].map((driver) => driver.close()));
  });

  it("passes over what other scripts of the origin post to its channel", async () => {
    const driver = new BroadcastChannelDriver({ name: "shared" });
    const received: Uint8Array[] = [];
    const stranger = new BroadcastChannel("shared");
    const heard = new Promise<void>(
      (resolve) => void driver.subscribe("t", (data) => resolve(void received.push(data))),
    );
    const garbage = [null, undefined, 5, "t", [], {}, { topic: "t" }, { topic: "t", data: "x" }, { topic: 5, data: 1 }];
    for (const message of garbage) stranger.postMessage(message);
    stranger.postMessage({ topic: "t", data: new ArrayBuffer(1) });
    stranger.postMessage({ topic: "t", data: Uint8Array.of(1) });
    await heard;
    expect(received).toEqual([Uint8Array.of(1)]);
    stranger.close();
    await driver.close();
  });

  it("sends a view's bytes, not those of the buffer behind it", async () => {
    const stranger = new BroadcastChannel("views");
    const posted = new Promise<Uint8Array>((resolve) => {
      stranger.addEventListener("message", (event) => resolve((event as MessageEvent<{ data: Uint8Array }>).data.data));
    });
    const driver = new BroadcastChannelDriver({ name: "views" });
    await driver.publish("t", new Uint8Array(1_000).subarray(0, 3));
    expect((await posted).buffer.byteLength).toBe(3);
    stranger.close();
    await driver.close();
  });

  it("says so where the runtime has no BroadcastChannel", () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    expect(() => new BroadcastChannelDriver()).toThrowError(expect.objectContaining({ code: "DRIVER_FAILED" }));
  });

  it("does not keep a process alive", { timeout: 20_000 }, async () => {
    const program = `
      import { BroadcastChannelDriver } from "@peerhood/core";
      const driver = new BroadcastChannelDriver();
      await driver.subscribe("t", () => {});
      await driver.publish("t", new Uint8Array(1));
      console.log("done");
    `;
    const args = ["--import", "tsx", "--conditions", "@peerhood/source", "--input-type", "module", "--eval", program];
    const cwd = fileURLToPath(new URL("../../../testing", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, timeout: 15_000 });
    expect(stdout).toBe("done\n");
  });
});
