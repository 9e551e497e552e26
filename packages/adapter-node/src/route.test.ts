import { createSocket } from "node:dgram";
import type { NetworkInterfaceInfo } from "node:os";
import { silentLogger } from "@peerhood/core/internal";
import { describe, expect, it } from "vitest";
import { createRoute } from "./route.js";
import { close, connect, createEnd } from "./testing/pair.js";

const address = (text: string, internal: boolean): NetworkInterfaceInfo =>
  ({ address: text, internal }) as NetworkInterfaceInfo;
const LOOPBACK = [address("127.0.0.1", true), address("::1", true)];
const ALONE = { lo: LOOPBACK };
const CONNECTED = { lo: LOOPBACK, eth0: [address("192.0.2.2", false)] };
const all = { iceServers: [], iceTransportPolicy: "all", logger: silentLogger } as const;

describe("the address to bind to", () => {
  it("is the application's, else all, else loopback where there is nothing else", () => {
    expect(createRoute(all, "192.0.2.7", CONNECTED).bindAddress).toBe("192.0.2.7");
    expect(createRoute(all, "192.0.2.7", ALONE).bindAddress).toBe("192.0.2.7");
    expect(createRoute(all, undefined, CONNECTED).bindAddress).toBeUndefined();
    expect(createRoute(all, undefined, ALONE).bindAddress).toBe("127.0.0.1");
  });

  it("is loopback under the policy relay, IPv6 where there is one", () => {
    const relay = { ...all, iceTransportPolicy: "relay" } as const;
    expect(createRoute(relay, "192.0.2.7", CONNECTED).bindAddress).toBe("::1");
    expect(createRoute(relay, undefined, { lo: LOOPBACK.slice(0, 1) }).bindAddress).toBe("127.0.0.1");
  });
});

describe("the policy relay", () => {
  it("warns when there is no TURN server to relay", () => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => warnings.push(message) };
    createRoute({ iceServers: [{ urls: "stun:example.org" }], iceTransportPolicy: "relay", logger }, undefined);
    expect(warnings).toEqual([expect.stringContaining("nothing can connect")]);
  });

  it("sends to the TURN server only: a remote within reach hears nothing", async () => {
    const server = createSocket("udp4");
    const asked = new Promise<Buffer>((resolve) => server.once("message", resolve));
    await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
    const urls = `turn:127.0.0.1:${server.address().port}`;
    const a = createEnd({ iceTransportPolicy: "relay", iceServers: [{ urls, username: "u", credential: "p" }] });
    const b = createEnd();
    const connecting = connect(a, b).catch((error: unknown) => error);
    // RFC 8656, section 7.1: 0x0003 is an Allocate request.
    expect((await asked).readUInt16BE(0)).toBe(0x0003);
    // The third request (RFC 8489, section 6.2.1: after 500 and 1,000 ms) means that ICE had time for the remote.
    await new Promise((resolve) => server.once("message", () => server.once("message", resolve)));
    expect([a.states, b.states]).toEqual([["connecting"], ["connecting"]]);
    expect((await a.connection.stats()).selectedCandidatePair).toBeUndefined();
    await close(a, b);
    await connecting;
    server.close();
  });
});
