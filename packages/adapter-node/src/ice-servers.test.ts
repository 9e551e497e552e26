import { describe, expect, it } from "vitest";
import { silentLogger } from "@peerhood/core/internal";
import type { IceServer } from "@peerhood/core";
import { toNativeIceServers } from "./ice-servers.js";

const account = { username: "user", credential: "pass word:@/" };

function translate(...iceServers: IceServer[]): { servers: unknown[]; warnings: string[] } {
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  return { servers: toNativeIceServers(iceServers, { ...silentLogger, warn }), warnings };
}

const turn = (hostname: string, port = 3_478): object => ({
  hostname,
  port,
  username: "user",
  password: "pass word:@/",
  relayType: "TurnUdp",
});

describe("ICE servers are translated", () => {
  it.each<[string, object]>([
    ["stun:example.org", { hostname: "example.org", port: 3_478 }],
    ["stun:example.org:19302", { hostname: "example.org", port: 19_302 }],
    ["STUN:[2001:db8::1]:5349", { hostname: "2001:db8::1", port: 5_349 }],
    ["turn:example.org", turn("example.org")],
    ["turn:192.0.2.1:80?transport=udp", turn("192.0.2.1", 80)],
  ])("%s", (urls, server) => {
    expect(translate({ urls, ...account })).toEqual({ servers: [server], warnings: [] });
  });

  it("urls may be a list", () => {
    const urls = ["stun:a.example", "turn:b.example"];
    expect(translate({ urls, ...account }).servers).toEqual([
      { hostname: "a.example", port: 3_478 },
      turn("b.example"),
    ]);
  });

  it.each([
    "turns:example.org",
    "turn:example.org?transport=tcp",
    "turns:example.org:443?transport=tcp",
    "stuns:example.org",
  ])("%s is left out with a warning", (urls) => {
    const { servers, warnings } = translate({ urls, ...account });
    expect(servers).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(urls)]);
  });

  it("two TURN servers and one STUN server are used, the others named in warnings", () => {
    const urls = ["stun:a", "stun:b", "turn:c", "turn:d", "turn:e", "turn:f"];
    const { servers, warnings } = translate({ urls, ...account });
    expect(servers).toEqual([{ hostname: "a", port: 3_478 }, turn("c"), turn("d")]);
    expect(warnings).toEqual([expect.stringContaining("e:3478, f:3478"), expect.stringContaining("b:3478")]);
  });

  it.each<[string, IceServer]>([
    ["no host", { urls: "stun:" }],
    ["another scheme", { urls: "https://example.org" }],
    ["no scheme", { urls: "example.org:3478" }],
    ["a path", { urls: "stun://example.org" }],
    ["credentials inside", { urls: "turn:user@example.org", ...account }],
    ["a port too large", { urls: "stun:example.org:99999" }],
    ["port 0", { urls: "stun:example.org:0" }],
    ["an unknown transport", { urls: "turn:example.org?transport=carrier-pigeon", ...account }],
    ["TURN without a credential", { urls: "turn:example.org", username: "user" }],
    ["TURN without a username", { urls: "turns:example.org", credential: "secret" }],
    ["no string", { urls: 7 as unknown as string }],
  ])("refused: %s", (_why, server) => {
    expect(() => translate(server)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });
});
