import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromNative, isTextLonger, toBytes } from "./payload.js";
import { close, connect, createEnd, next, type End } from "./testing/pair.js";

const coded = (code: string): unknown => expect.objectContaining({ name: "PeerhoodError", code });

describe("a channel behaves like an RTCDataChannel", () => {
  let a: End;
  let b: End;
  beforeAll(async () => {
    [a, b] = [createEnd(), createEnd()];
    await connect(a, b);
  });
  afterAll(() => close(a, b));

  it("send refuses what is too large or no payload, and stays open", async () => {
    const limit = a.connection.maxMessageBytes;
    expect(limit).toBe(262_144);
    expect(() => a.channel.send(new ArrayBuffer(limit + 1))).toThrow(coded("MESSAGE_TOO_LARGE"));
    expect(() => a.channel.send("€".repeat(limit / 3 + 1))).toThrow(coded("MESSAGE_TOO_LARGE"));
    for (const payload of [7, null, undefined, {}, [1], new Blob(["x"]), Symbol("x")]) {
      expect(() => a.channel.send(payload as string)).toThrow(coded("UNSUPPORTED_PAYLOAD"));
    }
    const arriving = next(b.channel, "message");
    a.channel.send("€".repeat(Math.floor(limit / 3)));
    expect(await arriving).toHaveLength(Math.floor(limit / 3));
  });

  it("send says why it can not: not open yet, or closed", async () => {
    const channel = a.connection.createChannel({ label: "states", id: 1 });
    expect(() => channel.send("x")).toThrow(coded("INVALID_STATE"));
    await next(channel, "open");
    channel.close();
    expect(channel.readyState).toBe("closing");
    expect(() => channel.send("x")).toThrow(coded("CHANNEL_CLOSED"));
    await next(channel, "close");
    expect(channel.readyState).toBe("closed");
    expect(() => channel.send("x")).toThrow(coded("CHANNEL_CLOSED"));
    expect(channel.bufferedAmount).toBe(0);
    channel.bufferedAmountLowThreshold = 5;
    channel.close();
  });

  it("only the end that did not begin it hears of the closing", async () => {
    const [ours, theirs] = [a, b].map(({ connection }) => connection.createChannel({ label: "closing", id: 2 }));
    if (!ours || !theirs) throw new Error("no channels");
    await Promise.all([next(ours, "open"), next(theirs, "open")]);
    const heard = { ours: [] as string[], theirs: [] as string[] };
    for (const [channel, list] of [
      [ours, heard.ours],
      [theirs, heard.theirs],
    ] as const) {
      channel.onclosing = () => list.push(`closing when ${channel.readyState}`);
      channel.onclose = ({ type }) => list.push(`${type} when ${channel.readyState}`);
    }
    ours.close();
    await Promise.all([next(ours, "close"), next(theirs, "close")]);
    expect(heard.ours).toEqual(["close when closed"]);
    expect(heard.theirs).toEqual(["closing when closing", "close when closed"]);
  });

  it("events carry their type, data and target", async () => {
    const arriving = new Promise((resolve) => (b.channel.onmessage = resolve));
    a.channel.send("hello");
    expect(await arriving).toEqual({ type: "message", data: "hello", target: b.channel });
    b.channel.onmessage = null;
  });

  it("attributes that W3C has and Node can not change", () => {
    expect(a.channel.binaryType).toBe("arraybuffer");
    a.channel.binaryType = "arraybuffer";
    expect(() => (a.channel.binaryType = "blob")).toThrow(coded("INVALID_ARGUMENT"));
    a.channel.bufferedAmountLowThreshold = -5;
    expect(a.channel.bufferedAmountLowThreshold).toBe(0);
    a.channel.bufferedAmountLowThreshold = Number.NaN;
    expect(a.channel.bufferedAmountLowThreshold).toBe(0);
    a.channel.bufferedAmountLowThreshold = 1e12;
    expect(a.channel.bufferedAmountLowThreshold).toBe(4_294_967_295);
    a.channel.bufferedAmountLowThreshold = 0;
  });
});

describe("payloads", () => {
  it("views of every kind share their memory", () => {
    const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
    for (const view of [new DataView(buffer, 2, 4), new Uint16Array(buffer, 2, 2), Buffer.from(buffer, 2, 4)]) {
      const bytes = toBytes(view);
      expect([...bytes]).toEqual([3, 4, 5, 6]);
      expect(bytes.buffer).toBe(buffer);
    }
    expect(toBytes(buffer).buffer).toBe(buffer);
  });

  it("text is measured in UTF-8", () => {
    expect(isTextLonger("abc", 3)).toBe(false);
    expect(isTextLonger("abcd", 3)).toBe(true);
    expect(isTextLonger("äö", 4)).toBe(false);
    expect(isTextLonger("äöü", 5)).toBe(true);
  });

  it("what arrives is an ArrayBuffer of exactly the message, copied only out of a larger one", () => {
    const whole = Buffer.from(new Uint8Array([1, 2, 3]).buffer);
    expect(fromNative(whole)).toBe(whole.buffer);
    const part = Buffer.from(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2);
    const copied = fromNative(part) as ArrayBuffer;
    expect([...new Uint8Array(copied)]).toEqual([2, 3]);
    expect(fromNative("text")).toBe("text");
  });
});
