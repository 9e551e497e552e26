import "peerhood/polyfill";
import { MemoryDriver, Peer, type ChannelMessageEvent } from "peerhood";

/** Reads a stream that is made here by `for await`. */
export async function readOwn(): Promise<string[]> {
  const stream = new ReadableStream<string>({
    start(controller) {
      for (const word of ["one", "two", "three"]) controller.enqueue(word);
      controller.close();
    },
  });
  return read(stream as unknown as AsyncIterable<string>);
}

/** Reads a stream that the browser has made. */
export async function readNative(): Promise<number> {
  const stream = new Blob(["x".repeat(100_000)]).stream() as unknown as AsyncIterable<Uint8Array>;
  return (await read(stream)).reduce((sum, { length }) => sum + length, 0);
}

/** What leaving the loop early does to the stream. */
export async function leaveEarly(
  preventCancel: boolean,
): Promise<{ cancelled: boolean; locked: boolean; next: unknown }> {
  let cancelled = false;
  let count = 0;
  const stream = new ReadableStream<number>(
    { pull: (controller) => controller.enqueue(++count), cancel: () => void (cancelled = true) },
    { highWaterMark: 0 },
  );
  const iterable = stream as unknown as { values(options: object): AsyncIterable<number> };
  for await (const value of iterable.values({ preventCancel })) if (value === 2) break;
  const { locked } = stream;
  return { cancelled, locked, next: (await stream.getReader().read()).value };
}

/** The error of a stream reaches the loop. */
export async function readBroken(): Promise<string> {
  const stream = new ReadableStream({ pull: (controller) => controller.error(new Error("broken on purpose")) });
  return read(stream as unknown as AsyncIterable<unknown>).then(
    () => "no error",
    (error: Error) => error.message,
  );
}

/** A message between two peers of this page, its progress and its data read by `for await`. */
export async function talk(bytes: number): Promise<{ sent: number | undefined; received: number }> {
  const driver = new MemoryDriver();
  const [alice, bob] = [new Peer({ driver }), new Peer({ driver })];
  try {
    const arrived = new Promise<ChannelMessageEvent>((resolve) => void bob.once("channel:message", resolve));
    await alice.open("file");
    const open = new Promise<void>((resolve) => void alice.once("channel:open", () => resolve()));
    await Promise.all([alice.join("polyfill"), bob.join("polyfill")]);
    await open;
    const transfer = alice.send(new Uint8Array(bytes), "file");
    const receiving = arrived.then(({ data }) => read(data));
    const progress = await read(transfer);
    const chunks = await receiving;
    return { sent: progress.at(-1)?.current, received: chunks.reduce((sum, { length }) => sum + length, 0) };
  } finally {
    await Promise.all([alice.leave(), bob.leave()]);
    await driver.close();
  }
}

async function read<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of stream) values.push(value);
  return values;
}
