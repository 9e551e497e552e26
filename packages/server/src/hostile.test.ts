import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeFrame, FrameType } from "./protocol.js";
import { startServer, type SignalingServer } from "./server.js";
import { RawClient } from "./test-support/raw-client.js";

// Whatever a client sends, its own socket is closed with a code and a reason, and nobody else notices.

let server: SignalingServer;
let honest: RawClient;
let number = 0;

beforeAll(async () => {
  server = await startServer({ port: 0, limits: { helloTimeoutMs: 2_000 } });
  honest = await RawClient.greet(server.url);
  honest.send(FrameType.subscribe, 1, "honest");
  await honest.next();
});

afterAll(async () => {
  await honest.close();
  await server.close();
});

/** A message of the honest client comes round, and its number is acknowledged: nothing foreign in between. */
async function honestIsUnharmed(): Promise<void> {
  honest.send(FrameType.publish, ++number, "honest", Buffer.from(`message ${number}`));
  expect(Buffer.from((await honest.next()).body).toString()).toBe(`message ${number}`);
  expect(await honest.next()).toMatchObject({ type: FrameType.ack, number });
}

/** From a seed, so that a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

describe("a hostile client", () => {
  const big = Buffer.alloc(65_537);
  const attacks: [name: string, act: (client: RawClient) => void, code: number][] = [
    ["text", (client) => client.socket.send("hello"), 1003],
    ["nothing", (client) => client.socket.send(Buffer.alloc(0)), 1002],
    ["half a header", (client) => client.socket.send(Buffer.from([2, 0, 0])), 1002],
    ["a topic longer than the frame", (client) => client.socket.send(Buffer.from([2, 0, 0, 0, 1, 255, 255, 97])), 1002],
    ["a second hello", (client) => client.hello(), 1002],
    ["a frame of the server", (client) => client.send(FrameType.message, 0, "honest", Buffer.from("x")), 1002],
    ["an unknown type", (client) => client.send(0x7f, 1, "honest"), 1002],
    ["no topic", (client) => client.send(FrameType.subscribe, 1, ""), 1002],
    ["a topic with a space", (client) => client.send(FrameType.publish, 1, "a b"), 1002],
    ["a topic with a line break", (client) => client.send(FrameType.subscribe, 1, "a\n"), 1002],
    ["a topic with a zero", (client) => client.send(FrameType.subscribe, 1, "honest\0"), 1002],
    ["a topic of 257", (client) => client.send(FrameType.subscribe, 1, "a".repeat(257)), 1002],
    ["a topic of 65,535", (client) => client.send(FrameType.subscribe, 1, "a".repeat(65_535)), 1002],
    ["prototype pollution", (client) => client.send(FrameType.publish, 1, "__proto__", big), 1009],
    ["one byte too many", (client) => client.send(FrameType.publish, 1, "honest", big), 1009],
    ["a megabyte", (client) => client.socket.send(Buffer.alloc(1_048_576)), 1009],
    ["a megabyte in pieces", (client) => sendInPieces(client, 64, 16_384), 1009],
  ];

  function sendInPieces(client: RawClient, count: number, bytes: number): void {
    for (let piece = 0; piece < count; piece++) client.socket.send(Buffer.alloc(bytes), { fin: piece === count - 1 });
  }

  for (const [name, act, code] of attacks) {
    it(`that sends ${name} is closed with ${code}`, async () => {
      const client = await RawClient.greet(server.url);
      act(client);
      const { code: given, reason } = await client.closed;
      expect(given).toBe(code);
      // `ws` itself refuses what is larger than any frame, and says no more than the code.
      if (!name.startsWith("a megabyte")) expect(reason).not.toBe("");
      await honestIsUnharmed();
    });
  }

  it("with 300 times random frames harms nobody", { timeout: 30_000 }, async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = randomFrom(seed);
      const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random(256)));
      const client = await RawClient.connect(server.url);
      if (random(4) > 0) client.hello();
      const topics = ["t", "a/b", "", "\0", "x".repeat(random(300)), bytes(random(20)).toString("latin1")];
      for (let count = 0; count < 20; count++) {
        const topic = topics[random(topics.length)] ?? "";
        const frame = encodeFrame(random(8), random(2 ** 31), topic, bytes(random(200)));
        // Some flipped, some cut short, some left as they are, some as text.
        if (random(3) === 0) frame[random(frame.length)] = random(256);
        client.socket.send(random(3) === 0 ? frame.subarray(0, random(frame.length)) : frame, {
          binary: random(10) > 0,
        });
      }
      if (seed % 30 === 0) await honestIsUnharmed();
      client.socket.close();
      await client.closed;
    }
    await honestIsUnharmed();
  });

  it("that speaks no WebSocket, or breaks its rules, harms nobody", async () => {
    const upgrade =
      "GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n" +
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n";
    const openings = [
      Buffer.from("garbage\r\n\r\n"),
      Buffer.from("GET / HTTP/1.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"),
      // Unmasked, reserved bits, reserved opcode, an announced 2^63 bytes, a ping of 126, a continuation of nothing.
      ...[
        [0x82, 0x01, 0x00],
        [0xf2, 0x80, 0, 0, 0, 0],
        [0x8b, 0x80, 0, 0, 0, 0],
        [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0],
        [0x89, 0xfe, 0x00, 0x7e],
        [0x80, 0x80, 0, 0, 0, 0],
      ].map((frame) => Buffer.concat([Buffer.from(upgrade), Buffer.from(frame)])),
    ];
    for (const opening of openings) {
      const socket = connect(server.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.resume();
      socket.write(opening);
      await once(socket, "close");
      await honestIsUnharmed();
    }
  });

  it("that is many and vanishes leaves nothing behind", async () => {
    const clients = await Promise.all(Array.from({ length: 100 }, () => RawClient.greet(server.url)));
    for (const client of clients) {
      for (let topic = 0; topic < 20; topic++) client.send(FrameType.subscribe, topic, `many/${topic}`);
    }
    await Promise.all(clients.map((client) => client.close()));
    await honestIsUnharmed();
  });
});
