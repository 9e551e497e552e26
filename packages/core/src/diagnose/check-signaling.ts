import type { Driver } from "../driver.js";
import { PeerhoodError } from "../errors.js";
import { createDeferred } from "../util/deferred.js";

/** Bytes that every driver carries (driver.ts). */
const PROBE_BYTES = 16_384;

/** Subscribes to a topic that nobody else knows, publishes, and waits for the message to come back whole. */
export async function checkSignaling(driver: Driver, random: (length: number) => Uint8Array): Promise<string> {
  const topic = `peerhood-diagnose/${[...random(12)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  const sent = new Uint8Array(PROBE_BYTES).fill(7);
  const back = createDeferred();
  const subscription = await driver.subscribe(topic, (data) => {
    if (data.length === PROBE_BYTES) back.resolve();
    else back.reject(new PeerhoodError("DRIVER_FAILED", `The broker cut ${PROBE_BYTES} bytes to ${data.length}.`));
  });
  try {
    await driver.publish(topic, sent);
    await back.promise;
  } finally {
    subscription.unsubscribe().catch(() => {});
  }
  return "a message went to the broker and came back";
}

export function signalingTimeout(timeoutMs: number, state: string): PeerhoodError {
  return state === "open"
    ? new PeerhoodError(
        "SIGNALING_SILENT",
        `The broker took a message and did not give it back within ${timeoutMs} ms.`,
      )
    : new PeerhoodError(
        "SIGNALING_UNREACHABLE",
        `The driver did not open within ${timeoutMs} ms. Is the server running, is the URL right, and does it speak peerhood's protocol?`,
      );
}
