import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { nodeAdapter } from "@peerhood/adapter-node";
import { roomTopic as topicOf, WebSocketDriver, type PeerhoodError, type WebSocketDriverOptions } from "@peerhood/core";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import type { ServerOptions } from "../options.js";
import { FrameType } from "../protocol.js";
import { roomTopic } from "../room-topic.js";
import { startServer, type SignalingServer } from "../server.js";
import { RawClient } from "../test-support/raw-client.js";
import { clientAddress, network } from "./addresses.js";
import { TryLaterError, type Client } from "./authorize.js";
import { jwtAuthorize, type JwtOptions } from "./jwt.js";
import { checkOrigins } from "./origins.js";

const SECRET = "a secret of thirty-two bytes or more";
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

async function serve(options: ServerOptions): Promise<SignalingServer> {
  const server = await startServer({ port: 0, ...options });
  cleanUps.push(() => server.close());
  return server;
}

function drive(url: string | string[], options: Partial<WebSocketDriverOptions> = {}): WebSocketDriver {
  const driver = new WebSocketDriver(url, { createSocket: nodeAdapter.createSocket, ...options });
  cleanUps.push(() => driver.close());
  return driver;
}

const nextError = (driver: WebSocketDriver): Promise<PeerhoodError> =>
  new Promise((resolve) => void driver.on("error", (error) => resolve(error as PeerhoodError)));

function sign(
  claims: Record<string, unknown>,
  life = "1h",
  key: CryptoKey | string = SECRET,
  alg = "HS256",
): Promise<string> {
  const token = new SignJWT(claims).setProtectedHeader({ alg, kid: "1" }).setExpirationTime(life);
  return token.sign(typeof key === "string" ? new TextEncoder().encode(key) : key);
}

async function endOf(server: SignalingServer, token: string, options = {}): Promise<{ code: number; reason: string }> {
  const client = await RawClient.connect(server.url, options);
  cleanUps.push(() => client.close());
  client.hello(token);
  return Promise.race([client.closed, client.next().then(() => ({ code: 0, reason: "welcome" }))]);
}

describe("JWT", () => {
  it("says who may enter which rooms", async () => {
    const server = await serve({ authorize: jwtAuthorize({ secret: SECRET }) });
    const token = await sign({ sub: "ann", topics: [await topicOf("lobby")] });
    const driver = drive(server.url, { token });
    const lobby = roomTopic("lobby");
    await driver.subscribe(`${lobby}/all`, () => {});
    await driver.publish(`${lobby}/somebody`, new Uint8Array(1));
    for (const topic of [`${roomTopic("other")}/all`, `${lobby}x/all`, "all"]) {
      const refused = { code: "DRIVER_REFUSED", message: expect.stringContaining("does not allow") };
      await expect(driver.subscribe(topic, () => {})).rejects.toMatchObject(refused);
      await expect(driver.publish(topic, new Uint8Array(1))).rejects.toMatchObject(refused);
    }
    expect(driver.state).toBe("open");
  });

  it("without topics lets into every room, with none into no room", async () => {
    const server = await serve({ authorize: jwtAuthorize({ secret: SECRET }) });
    await drive(server.url, { token: await sign({}) }).subscribe("any", () => {});
    const nowhere = drive(server.url, { token: await sign({ topics: [] }) });
    await expect(nowhere.subscribe("any", () => {})).rejects.toMatchObject({ code: "DRIVER_REFUSED" });
  });

  it("that is not good is refused", async () => {
    const rules: JwtOptions = { secret: SECRET, issuer: "us", audience: ["signaling"] };
    const server = await serve({ authorize: jwtAuthorize(rules) });
    const good = { iss: "us", aud: "signaling" };
    const unsigned = new UnsecuredJWT(good).setExpirationTime("1h").encode();
    const forever = await new SignJWT(good).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(SECRET));
    const whole = await sign(good);
    const bad = {
      nothing: "",
      "no token": "hello",
      unsigned,
      "without an end": forever,
      expired: await sign(good, "-10 s"),
      "another secret": await sign(good, "1h", `${SECRET}!`),
      "another algorithm": await sign(good, "1h", SECRET, "HS512"),
      "another issuer": await sign({ ...good, iss: "them" }),
      "another audience": await sign({ ...good, aud: "mail" }),
      "topics that are no list": await sign({ ...good, topics: "lobby" }),
      "topics that are no strings": await sign({ ...good, topics: [1] }),
      "cut short": whole.slice(0, -2),
      "not yet": await sign({ ...good, nbf: Math.floor(Date.now() / 1_000) + 60 }),
    };
    for (const [what, token] of Object.entries(bad))
      expect([what, (await endOf(server, token)).code]).toEqual([what, 4401]);
    expect(await endOf(server, whole)).toMatchObject({ code: 0 });
  });

  it("with a JWKS: takes what its keys signed, and says 1013 while they can not be had", async () => {
    const [ours, other] = [await generateKeyPair("ES256", { extractable: true }), await generateKeyPair("ES256")];
    const jwk = { ...(await exportJWK(ours.publicKey)), kid: "1", alg: "ES256" };
    let status = 200;
    const keys: Server = createServer((_, response) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ keys: [jwk] }));
    });
    keys.listen(0, "127.0.0.1");
    await once(keys, "listening");
    cleanUps.push(() => keys.close());
    const jwks = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`;
    const [remote, local] = [
      await serve({ authorize: jwtAuthorize({ jwks }) }),
      await serve({ authorize: jwtAuthorize({ jwks: { keys: [jwk] } }) }),
    ];
    for (const server of [remote, local]) {
      expect(await endOf(server, await sign({}, "1h", ours.privateKey, "ES256"))).toMatchObject({ code: 0 });
      expect(await endOf(server, await sign({}, "1h", other.privateKey, "ES256"))).toMatchObject({ code: 4401 });
      // A public key taken for a secret.
      expect(await endOf(server, await sign({}, "1h", JSON.stringify(jwk)))).toMatchObject({ code: 4401 });
    }
    status = 500;
    const away = await serve({ authorize: jwtAuthorize({ jwks }) });
    expect(await endOf(away, await sign({}, "1h", ours.privateKey, "ES256"))).toMatchObject({ code: 1013 });
  });

  it("needs one way to check, and a secret that nobody guesses", () => {
    for (const options of [{}, { secret: "short" }, { secret: SECRET, jwks: "https://keys.example" }]) {
      expect(() => jwtAuthorize(options)).toThrow(RangeError);
    }
  });
});

describe("a token that expires", () => {
  it("ends the connection; as a string it is not tried again", async () => {
    const asked: string[] = [];
    const server = await serve({
      authorize: (token) => asked.push(token) > 0 && { expiresAt: Date.now() + 80 },
    });
    const driver = drive(server.url, { token: "once" });
    const error = nextError(driver);
    await driver.subscribe("t", () => {});
    expect(await error).toMatchObject({ code: "TOKEN_EXPIRED" });
    await expect(driver.publish("t", new Uint8Array(1))).rejects.toMatchObject({ code: "TOKEN_EXPIRED" });
    expect(asked).toEqual(["once"]);
  });

  it("is replaced over the open socket, which stays", async () => {
    const purposes: Client["purpose"][] = [];
    let enough: () => void = () => {};
    const refreshed = new Promise<void>((resolve) => (enough = resolve));
    const server = await serve({
      authorize: (_, { purpose }) => {
        if (purposes.push(purpose) === 4) enough();
        return { id: "ann", expiresAt: Date.now() + 1_000 };
      },
    });
    const driver = drive(server.url, { token: async () => "token" });
    const states: unknown[] = [];
    await driver.subscribe("t", () => {});
    driver.on("state", (state) => states.push(state));
    await refreshed;
    expect(purposes).toEqual(["socket", "refresh", "refresh", "refresh"]);
    expect(states).toEqual([]);
  });

  it("that is replaced by a bad one holds until its end", async () => {
    const server = await serve({
      authorize: (token) => {
        if (token === "later") throw new TryLaterError("the database is away");
        return token === "bad" ? false : { id: token, expiresAt: Date.now() + 300 };
      },
    });
    const client = await RawClient.greet(server.url, "ann");
    cleanUps.push(() => client.close());
    for (const [number, [token, code]] of [
      ["bad", 5],
      ["bob", 5],
      ["later", 6],
      ["x".repeat(9_000), 5],
    ].entries()) {
      client.send(FrameType.token, number, "", Buffer.from(String(token)));
      const { type, number: answered, body } = await client.next();
      expect([type, answered, Buffer.from(body).readUInt16BE(0)]).toEqual([FrameType.error, number, code]);
    }
    client.send(FrameType.ping, 1);
    expect(await client.next()).toMatchObject({ type: FrameType.pong });
    expect(await client.closed).toEqual({ code: 4410, reason: "the token has expired" });
  });

  it("that is replaced by a narrower one leaves the topics that it does not allow", async () => {
    const server = await serve({ authorize: (token) => ({ topics: token.split(" ") }) });
    const [client, other] = [await RawClient.greet(server.url, "a b"), await RawClient.greet(server.url, "a b")];
    cleanUps.push(
      () => client.close(),
      () => other.close(),
    );
    for (const topic of ["a/1", "b/1"]) {
      client.send(FrameType.subscribe, 1, topic);
      await client.next();
    }
    client.send(FrameType.token, 2, "", Buffer.from("a"));
    expect(await client.next()).toMatchObject({ type: FrameType.ack, number: 2 });
    expect(await client.next()).toMatchObject({ type: FrameType.error, number: 0, topic: "b/1" });
    for (const topic of ["b/1", "a/1"]) {
      other.send(FrameType.publish, 3, topic);
      await other.next();
    }
    expect(await client.next()).toMatchObject({ type: FrameType.message, topic: "a/1" });
  });

  it("a second one before the answer to the first is a broken client", async () => {
    const server = await serve({
      authorize: (_, { purpose }) => purpose === "socket" || new Promise<boolean>(() => {}),
    });
    const client = await RawClient.greet(server.url);
    cleanUps.push(() => client.close());
    for (const number of [1, 2]) client.send(FrameType.token, number);
    expect(await client.closed).toMatchObject({ code: 1002 });
  });
});

describe("who is asking", () => {
  it("the hook hears of address, origin and purpose", async () => {
    const clients: Client[] = [];
    const server = await serve({ authorize: (_, client) => clients.push(client) > 0 });
    await endOf(server, "", { origin: "https://app.example" });
    expect(clients).toEqual([{ address: "127.0.0.1", origin: "https://app.example", purpose: "socket" }]);
  });

  it("pages of other origins are refused, with a reason; who sends no origin is no page", async () => {
    const server = await serve({ origins: ["https://app.example", "http://localhost:5173/"] });
    expect(await endOf(server, "", { origin: "https://evil.example" })).toEqual({
      code: 4403,
      reason: "pages of https://evil.example may not connect",
    });
    for (const origin of [
      "null",
      "https://app.example.evil.example",
      "http://app.example",
      `https://${"x".repeat(9_000)}`,
    ]) {
      expect(await endOf(server, "", { origin })).toMatchObject({ code: 4403 });
    }
    for (const origin of ["https://app.example", "http://localhost:5173"]) {
      expect(await endOf(server, "", { origin })).toMatchObject({ code: 0 });
    }
    expect(await endOf(server, "")).toMatchObject({ code: 0 });
    for (const wrong of ["app.example", "https://app.example/page", "*", "null"]) {
      expect(() => checkOrigins([wrong])).toThrow(RangeError);
    }
  });

  it("an address is believed from as many proxies as are trusted, and no more", () => {
    const request = (forwarded?: string): Parameters<typeof clientAddress>[0] =>
      ({ socket: { remoteAddress: "10.0.0.1" }, headers: { "x-forwarded-for": forwarded } }) as never;
    const forwarded = "6.6.6.6, 5.5.5.5, 4.4.4.4";
    expect([0, 1, 2, 3, 4].map((trusted) => clientAddress(request(forwarded), trusted))).toEqual([
      "10.0.0.1",
      "4.4.4.4",
      "5.5.5.5",
      "6.6.6.6",
      "10.0.0.1",
    ]);
    expect(clientAddress(request(), 1)).toBe("10.0.0.1");
    expect(clientAddress(request(", ,"), 1)).toBe("10.0.0.1");
  });

  it("of IPv6 a subscriber's network counts", () => {
    expect(
      [
        "1.2.3.4",
        "::ffff:1.2.3.4",
        "2001:db8:1:2:3:4:5:6",
        "2001:DB8:1:2::1",
        "::1",
        "fe80::1%eth0",
        "2001:db8::7",
      ].map(network),
    ).toEqual([
      "1.2.3.4",
      "1.2.3.4",
      "2001:db8:1:2::/64",
      "2001:db8:1:2::/64",
      "0:0:0:0::/64",
      "fe80:0:0:0::/64",
      "2001:db8:0:0::/64",
    ]);
    expect(network("x".repeat(10_000)).length).toBeLessThan(100);
  });
});
