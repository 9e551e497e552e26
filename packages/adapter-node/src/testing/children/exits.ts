import { createRequire } from "node:module";
import { createNodeAdapter, NodeMediaStreamTrack } from "../../index.js";
import { negotiate, onlyIncoming, read, writeUntil } from "../media-pair.js";
import { close, connect, createEnd, next } from "../pair.js";

/** Each leaves nothing open but `idle`; the process must end by itself, at once. */
const cases: Record<string, () => Promise<void>> = {
  async closed() {
    const [a, b] = [createEnd(), createEnd()];
    await connect(a, b);
    b.channel.send("hello");
    await next(a.channel, "message");
    await close(a, b);
  },
  async "remote closed only"() {
    const [a, b] = [createEnd(), createEnd()];
    await connect(a, b);
    await close(a);
  },
  async "channels of every state"() {
    const [a, b] = [createEnd(), createEnd()];
    const early = a.connection.createChannel({ label: "early", id: 1 });
    early.close();
    await connect(a, b);
    const closing = a.connection.createChannel({ label: "closing", id: 2 });
    await next(closing, "open");
    closing.close();
    a.connection.createChannel({ label: "in this moment", id: 3 });
    await close(a, b);
  },
  async "media in use"() {
    for (const closing of ["both", "one"]) {
      const [a, b] = [createEnd(), createEnd()];
      await connect(a, b);
      const track = new NodeMediaStreamTrack({ kind: "audio", codec: "opus" });
      await a.connection.media.createSender("audio").replaceTrack(track);
      await negotiate(a, b);
      const stop = writeUntil(track, () => Uint8Array.of(0xf8, 1, 2), 960);
      await read(onlyIncoming(b), 3);
      onlyIncoming(b).frames();
      await (closing === "both" ? close(a, b) : close(b));
      stop();
    }
  },
  async "media that was never agreed on"() {
    const end = createEnd();
    end.connection.media.createSender("video");
    await end.connection.createOffer();
    await close(end);
  },
  async "never connected"() {
    const [a, b] = [createEnd(), createEnd()];
    await b.connection.acceptOffer(await a.connection.createOffer());
    await close(a, b);
    await close(createEnd());
  },
  async "closed while connecting"() {
    const [a, b] = [createEnd(), createEnd()];
    const connecting = connect(a, b).catch(() => {});
    await close(a, b);
    await connecting;
  },
  async "closed at once by both"() {
    for (let round = 0; round < 10; round++) {
      const [a, b] = [createEnd(), createEnd()];
      await connect(a, b);
      const channels = [a, b].flatMap(({ connection }) =>
        [1, 2, 3].map((id) => connection.createChannel({ label: `${id}`, id })),
      );
      await Promise.all(channels.map((channel) => next(channel, "open")));
      for (const channel of channels) channel.close();
      await close(a, b);
    }
  },
  async "relay policy"() {
    const servers = [{ urls: "turn:127.0.0.1:9", username: "nobody", credential: "none" }];
    const [a, b] = [createEnd({ iceTransportPolicy: "relay", iceServers: servers }), createEnd()];
    await b.connection.acceptOffer(await a.connection.createOffer());
    await close(a, b);
  },
  async "imported only"() {
    createNodeAdapter();
    // What was loaded by require, native code included.
    const native = Object.keys(createRequire(import.meta.url).cache).filter((path) =>
      path.includes("node-datachannel"),
    );
    if (native.length > 0) throw new Error(`loaded at import: ${native.join(", ")}`);
  },
  async idle() {
    const [a, b] = [createEnd(), createEnd()];
    await connect(a, b);
  },
};

const [, , name = ""] = process.argv;
await cases[name]?.();
const doneAt = performance.now();
process.on("exit", () => console.log(`done, exit after ${Math.round(performance.now() - doneAt)} ms`));
