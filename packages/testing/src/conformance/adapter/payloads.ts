import { assert, assertEqual } from "../case.js";

export interface Payload {
  readonly name: string;
  readonly message: string | ArrayBuffer | ArrayBufferView;
  /** What the other side gets: text, or the bytes of an `ArrayBuffer`. */
  readonly arrives: string | Uint8Array;
}

const text = (name: string, message: string): Payload => ({ name, message, arrives: message });

/** Bytes that differ from their neighbours, so that a shift or a swap shows. */
export function pattern(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let index = 0, value = seed; index < length; index++) {
    value = (value * 75 + 74) % 65_537;
    bytes[index] = value;
  }
  return bytes;
}

/** One message of each kind that `send` takes. Views begin and end inside their buffer. */
export function payloads(): Payload[] {
  const bytes = pattern(64);
  const { buffer } = bytes;
  const inside = bytes.subarray(8, 40);
  const view = (name: string, message: ArrayBufferView): Payload => ({ name, message, arrives: inside });
  return [
    text("text", "hello"),
    text("text beyond ASCII", "zażółć gęślą jaźń, 日本語, 👩‍🚀, \u0000 and \r\n"),
    text("empty text", ""),
    { name: "ArrayBuffer", message: buffer, arrives: bytes },
    { name: "empty ArrayBuffer", message: new ArrayBuffer(0), arrives: new Uint8Array() },
    { name: "empty Uint8Array", message: new Uint8Array(), arrives: new Uint8Array() },
    { name: "one zero byte", message: new Uint8Array(1), arrives: new Uint8Array(1) },
    view("Uint8Array", inside),
    view("Int8Array", new Int8Array(buffer, 8, 32)),
    view("Uint16Array", new Uint16Array(buffer, 8, 16)),
    view("Float64Array", new Float64Array(buffer, 8, 4)),
    view("BigInt64Array", new BigInt64Array(buffer, 8, 4)),
    view("DataView", new DataView(buffer, 8, 32)),
    { name: "16 KiB", message: pattern(16_384), arrives: pattern(16_384) },
    text("64,000 characters", "ä".repeat(32_000)),
  ];
}

/** The overloads of `send` take one kind each; a payload is one of them. */
export function sendPayload(channel: { send(data: string): void }, message: Payload["message"]): void {
  channel.send(message as string);
}

/** Fails unless the message is that text, or an `ArrayBuffer` of those bytes. */
export function assertArrived(message: unknown, expected: string | Uint8Array, what: string): void {
  if (typeof expected === "string") return assertEqual(message, expected, what);
  // By tag, since a test runner may have realms of its own.
  const tag = Object.prototype.toString.call(message);
  assert(tag === "[object ArrayBuffer]", `${what}: arrived as ${tag}, not as an ArrayBuffer`);
  assertEqual(new Uint8Array(message as ArrayBuffer), expected, what);
}
