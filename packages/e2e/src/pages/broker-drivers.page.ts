import { createBrokerDriver } from "./create-broker-driver.js";

/**
 * Says `question` on one topic, and tells what comes on the other, and how many an `EventSource` was used meanwhile; every
 * value of a byte goes with it.
 */
export async function ask(name: string, port: number, question: string): Promise<{ answer: string; sources: number }> {
  const driver = createBrokerDriver(name, port);
  let sources = 0;
  const Native = globalThis.EventSource;
  globalThis.EventSource = class extends Native {
    constructor(url: string | URL, init?: EventSourceInit) {
      super(url, init);
      sources++;
    }
  };
  let tell: (data: Uint8Array) => void;
  const heard = new Promise<Uint8Array>((resolve) => (tell = resolve));
  await driver.subscribe("answers", (data) => tell(data));
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  await driver.publish("questions", Uint8Array.of(...bytes, ...new TextEncoder().encode(question)));
  const answer = await heard;
  await driver.close();
  globalThis.EventSource = Native;
  if (bytes.some((byte, index) => answer[index] !== byte)) throw new Error("The bytes were not what they had been.");
  return { answer: new TextDecoder().decode(answer.subarray(256)), sources };
}
