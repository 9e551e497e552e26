import { fc } from "@peerhood/testing/test-support/fast-check";
import { expect, test } from "vitest";
import { decodeDatagram, encodePairHeader, encodeRoomDatagram } from "./datagram.js";

const from = "a".repeat(32);
const instance = "b".repeat(16);
const header = { from, instance, pair: 7, toInstance: "c".repeat(16), toPair: 4_000_000_000 };

test("datagrams come back as they were encoded", () => {
  expect(decodeDatagram(encodeRoomDatagram({ kind: "hello", from, instance }))).toEqual({
    kind: "hello",
    from,
    instance,
  });
  const secret = new Uint8Array(32).fill(9);
  const bye = { kind: "bye", from, instance, secret } as const;
  expect(decodeDatagram(encodeRoomDatagram(bye))).toEqual(bye);
  for (const length of [96, 128]) {
    const key = new Uint8Array(length).fill(5);
    const box = new Uint8Array(20).fill(6);
    const start = encodePairHeader(header, key, 3);
    expect(decodeDatagram(Uint8Array.from([...start, ...box]))).toEqual({
      kind: "pair",
      ...header,
      key,
      sealed: { number: 3, box },
      header: start,
    });
    expect(decodeDatagram(encodePairHeader(header, key))).toMatchObject({ key, sealed: undefined });
  }
});

test("another version is told apart from noise", () => {
  const data = encodeRoomDatagram({ kind: "hello", from, instance });
  data[2] = 9;
  expect(decodeDatagram(data)).toEqual({ kind: "foreign", from, version: 9 });
});

test("noise, and what is cut short, is nothing, and never throws", () => {
  const whole = encodePairHeader(header, new Uint8Array(96));
  for (let length = 0; length < whole.length; length++)
    expect(decodeDatagram(whole.subarray(0, length))).toBeUndefined();
  expect(decodeDatagram(encodePairHeader(header, undefined))).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, start) => {
      decodeDatagram(start ? Uint8Array.from([0x70, 0x68, 1, ...noise]) : noise);
    }),
    { numRuns: 2_000 },
  );
});
