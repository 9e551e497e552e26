import type { Logger } from "@peerhood/core";
import { createNodeAdapter } from "../../index.js";
import { close, connect, createEnd, next } from "../pair.js";

/** Everything that an application may do wrong in a callback. Prints how often it was logged; must not die of it. */
const logged: string[] = [];
const note = (message: string): void => void logged.push(message);
const logger: Logger = { debug: note, info: note, warn: note, error: note };

const fail = (): never => {
  throw new Error("thrown by a listener");
};
const failLater = async (): Promise<never> => fail();

const adapter = createNodeAdapter();
const handlers = { candidate: fail, state: fail, unexpectedChannel: fail, error: fail };
const alone = adapter.createConnection({ iceServers: [], iceTransportPolicy: "all", handlers, logger });
alone.createChannel({ label: "alone", id: 0 });
await alone.createOffer();

const [a, b] = [createEnd({ logger }), createEnd({ logger })];
for (const { channel } of [a, b]) {
  for (const type of ["open", "message", "bufferedamountlow", "closing", "close", "error"] as const) {
    channel.addEventListener(type, fail);
    channel.addEventListener(type, failLater);
  }
  channel.onopen = fail;
  channel.onmessage = failLater;
}
await connect(a, b);
const inBand = b.connection.native.createDataChannel("surprise");
inBand.onMessage(() => {});
inBand.onClosed(() => {});
a.channel.send("hello");
await next(b.channel, "message");
a.channel.close();
await next(b.channel, "close");
await close(a, b);
await alone.close();
console.log(`alive, logged ${logged.length}`);
console.log(JSON.stringify(Object.fromEntries(logged.map((text) => [text, true]))));
