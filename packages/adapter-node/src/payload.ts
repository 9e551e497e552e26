import { PeerhoodError } from "@peerhood/core";

/**
 * The bytes of what W3C's `send` takes, in the one form that node-datachannel takes. Nothing is copied; native code
 * does that before `send` returns.
 * @throws PeerhoodError `UNSUPPORTED_PAYLOAD`
 */
export function toBytes(data: unknown): Uint8Array {
  // Kinds are told by tag, since objects of another realm (Jest, vm) are no instances of this one's classes.
  if (ArrayBuffer.isView(data)) {
    if (data instanceof Uint8Array) return data;
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  const tag = Object.prototype.toString.call(data);
  if (tag === "[object ArrayBuffer]" || tag === "[object SharedArrayBuffer]") {
    return new Uint8Array(data as ArrayBuffer);
  }
  throw new PeerhoodError(
    "UNSUPPORTED_PAYLOAD",
    `A data channel sends strings, ArrayBuffers and views of them, not ${tag}. Convert it first.`,
  );
}

/** Whether the text takes more than `maxBytes` in UTF-8; counts only where the length alone does not tell. */
export function isTextLonger(text: string, maxBytes: number): boolean {
  return text.length > maxBytes || (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes);
}

/** What arrived as W3C gives it: text, or an `ArrayBuffer`, which is not copied when the bytes fill it. */
export function fromNative(message: string | Buffer | ArrayBuffer): string | ArrayBuffer {
  if (typeof message === "string" || message instanceof ArrayBuffer) return message;
  const { buffer, byteOffset, byteLength } = message;
  const whole = byteOffset === 0 && byteLength === buffer.byteLength;
  return (whole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer;
}
