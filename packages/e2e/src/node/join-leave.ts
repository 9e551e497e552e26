// Join and leave 50 times in one process; leave during join; leave twice. Memory and listeners stay level.
import { MemoryDriver, Peer, type Driver } from "peerhood";

let subscriptions = 0;
let listeners = 0;

/** A MemoryDriver that counts what is left on it. */
class CountingDriver extends MemoryDriver {
  override async subscribe(topic: string, handler: (data: Uint8Array) => void): ReturnType<Driver["subscribe"]> {
    const subscription = await super.subscribe(topic, handler);
    subscriptions++;
    return {
      unsubscribe: async () => {
        subscriptions--;
        await subscription.unsubscribe();
      },
    };
  }

  override on(event: "state" | "error", handler: (value: unknown) => void): () => void {
    const stop = super.on(event, handler);
    listeners++;
    return () => {
      listeners--;
      stop();
    };
  }
}

const { gc } = globalThis as { gc?: () => void };
const resident: number[] = [];
const stayer = new Peer({ driver: new CountingDriver() });
const guest = new Peer({ driver: new CountingDriver() });
await stayer.open("chat");
await stayer.join("doors");
for (let round = 0; round < 50; round++) {
  await guest.open("chat");
  const opened = new Promise((resolve) => guest.once("channel:open", resolve));
  const closed = new Promise((resolve) => stayer.once("connection:closed", resolve));
  await guest.join("doors");
  await opened;
  await guest.send({ round }, "chat");
  await Promise.all([guest.leave(), guest.leave()]);
  await guest.leave();
  await closed;
  if (guest.id !== "" || guest.remotes.size > 0 || stayer.remotes.size > 0) throw new Error("something is left");
  gc?.();
  resident.push(process.memoryUsage().rss);
}

// Leave while joining: the join rejects with ABORTED, and the next one works.
const codes: string[] = [];
for (let round = 0; round < 20; round++) {
  const joining = guest.join("doors").then(
    () => codes.push("joined"),
    (error: { code: string }) => codes.push(error.code),
  );
  for (let turn = 0; turn < round % 5; turn++) await Promise.resolve();
  await guest.leave();
  await joining;
}
await stayer.leave();
const mebibytes = (bytes: number): number => Math.round(bytes / 1_048_576);
console.log(
  JSON.stringify({
    subscriptions,
    listeners,
    codes: [...new Set(codes)],
    rounds: codes.length,
    residentMiB: [resident[9], resident[49]].map((bytes) => mebibytes(bytes ?? 0)),
    resources: process.getActiveResourcesInfo().filter((name) => name === "Timeout"),
  }),
);
