/** The same memory as a Node `Buffer`, for clients that take no other bytes and run in Node only. */
export function nodeBuffer(data: Uint8Array): never {
  const { Buffer } = globalThis as unknown as { Buffer: { from(...values: unknown[]): never } };
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
