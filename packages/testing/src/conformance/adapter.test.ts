import type {
  Connection,
  ConnectionAdapter,
  ConnectionHandlers,
  ConnectionMedia,
  DataChannelLike,
  MediaKind,
} from "@peerhood/core";
import { describe, expect, test } from "vitest";
import { createSimulatedAdapter } from "../adapter/simulated-adapter.js";
import { VirtualClock } from "../clock/virtual-clock.js";
import { SimulatedTrack } from "../media/simulated-track.js";
import { SimulatedNetwork } from "../network/simulated-network.js";
import { adapterConformance } from "./adapter.js";

/** The suite is only worth something if it sees what is wrong: adapters with one fault each, and the case that finds it. */
interface Fault {
  readonly what: string;
  /** Part of the name of the case that must fail. */
  readonly seenBy: string;
  readonly connection?: (good: Connection, handlers: ConnectionHandlers) => Partial<Connection>;
  readonly media?: (good: ConnectionMedia) => Partial<ConnectionMedia>;
  readonly channel?: (good: DataChannelLike) => Record<string, unknown>;
  readonly handlers?: (good: ConnectionHandlers) => Partial<ConnectionHandlers>;
}

const cut = (message: string | ArrayBufferView): string | Uint8Array =>
  typeof message === "string"
    ? message.slice(0, 100)
    : new Uint8Array(message.buffer as ArrayBuffer, message.byteOffset, Math.min(100, message.byteLength));

const FAULTS: readonly Fault[] = [
  {
    what: "handlers called from within a method",
    seenBy: "an offer and its answer connect",
    connection: (good, handlers) => ({
      createOffer: () => {
        handlers.candidate({ candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host" });
        return good.createOffer();
      },
    }),
  },
  {
    what: "handlers called after close() has resolved",
    seenBy: "close() may be called any number of times",
    connection: (good, handlers) => ({
      close: async () => {
        await good.close();
        queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => handlers.candidate(null))));
      },
    }),
  },
  {
    what: "a state told twice",
    seenBy: "an offer and its answer connect",
    handlers: (good) => ({
      state: (state) => {
        good.state(state);
        good.state(state);
      },
    }),
  },
  {
    what: "the end not told",
    seenBy: "an offer and its answer connect",
    handlers: (good) => ({ state: (state) => void (state !== "closed" && good.state(state)) }),
  },
  {
    what: "a handler that throws is not survived",
    seenBy: "handlers that throw",
    handlers: (good) => {
      let broken = false;
      const once = (call: () => void): void => {
        if (broken) return;
        broken = true;
        call();
        broken = false;
      };
      return { state: (state) => once(() => good.state(state)), candidate: (one) => once(() => good.candidate(one)) };
    },
  },
  {
    what: "a close() that never ends",
    seenBy: "both connections closed at once",
    connection: () => ({ close: () => new Promise(() => {}) }),
  },
  {
    what: "a pending offer that hangs when the connection is closed",
    seenBy: "close() while offering",
    connection: (good) => ({ createOffer: () => good.createOffer().catch(() => new Promise(() => {})) }),
  },
  {
    what: "an untyped error after close()",
    seenBy: "every call after close()",
    connection: (good) => ({ stats: () => good.stats().catch(() => Promise.reject(new Error("closed"))) }),
  },
  {
    what: "candidates inside the description",
    seenBy: "candidates come by handler only",
    connection: (good) => ({
      createOffer: async () => {
        const { type, sdp } = await good.createOffer();
        return { type, sdp: `${sdp}a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n` };
      },
    }),
  },
  {
    what: "early candidates dropped",
    seenBy: "candidates may arrive before the descriptions",
    connection: (good) => {
      let described = false;
      const note = <T>(call: Promise<T>): Promise<T> => call.finally(() => (described = true));
      return {
        acceptOffer: (offer) => note(good.acceptOffer(offer)),
        acceptAnswer: (answer) => note(good.acceptAnswer(answer)),
        addCandidate: async (candidate) => (described ? good.addCandidate(candidate) : undefined),
      };
    },
  },
  {
    what: "bad answers taken",
    seenBy: "bad answers are refused",
    connection: (good) => ({ acceptAnswer: (answer) => good.acceptAnswer(answer).catch(() => {}) }),
  },
  {
    what: "bad candidates taken",
    seenBy: "malformed candidates are refused",
    connection: (good) => ({ addCandidate: (candidate) => good.addCandidate(candidate).catch(() => {}) }),
  },
  {
    what: "an id that may be used twice",
    seenBy: "an id in use is refused",
    connection: (good) => {
      const channels = new Map<number, DataChannelLike>();
      return {
        createChannel: (init) => {
          const channel = channels.get(init.id) ?? good.createChannel(init);
          channels.set(init.id, channel);
          return channel;
        },
      };
    },
  },
  {
    what: "no selected pair in the statistics",
    seenBy: "stats of a connected pair",
    connection: (good) => ({
      stats: async () => {
        const { bytesSent, bytesReceived } = await good.stats();
        return { bytesSent, bytesReceived };
      },
    }),
  },
  {
    what: "bytes not counted",
    seenBy: "stats of a connected pair",
    connection: (good) => ({ stats: async () => ({ ...(await good.stats()), bytesSent: 0 }) }),
  },
  {
    what: "messages cut short",
    seenBy: "1,000 messages arrive",
    channel: (good) => ({ send: (message: string | ArrayBufferView) => good.send(cut(message) as string) }),
  },
  {
    what: "an oversize message cut to what fits",
    seenBy: "the largest message arrives",
    channel: (good) => ({
      send: (message: string | Uint8Array) => {
        const fits = typeof message === "string" ? message.slice(0, 100_000) : message.subarray(0, 262_144);
        good.send(fits as unknown as string);
      },
    }),
  },
  {
    what: "empty messages lost",
    seenBy: "every kind of payload",
    channel: (good) => ({
      send: (message: string | ArrayBufferView) => void (message !== "" && good.send(message as string)),
    }),
  },
  {
    what: "views sent with all of their buffer",
    seenBy: "every kind of payload",
    channel: (good) => ({
      send: (message: string | ArrayBufferView) =>
        good.send((ArrayBuffer.isView(message) ? message.buffer : message) as string),
    }),
  },
  {
    what: "the sender's buffer not copied",
    seenBy: "what is sent is copied",
    channel: (good) => ({
      send: (message: string | ArrayBufferView) => queueMicrotask(() => good.send(message as string)),
    }),
  },
  {
    what: "text sent as bytes",
    seenBy: "every kind of payload",
    channel: (good) => ({
      send: (message: string | ArrayBuffer) =>
        good.send(typeof message === "string" ? new TextEncoder().encode(message).buffer : message),
    }),
  },
  {
    what: "what is queued lost at close()",
    seenBy: "the offering side closes a channel",
    channel: (good) => {
      const queue: string[] = [];
      return {
        send: (message: string) => {
          queue.push(message);
          queueMicrotask(() => {
            const next = queue.shift();
            if (next !== undefined && good.readyState === "open") good.send(next);
          });
        },
        close: () => {
          queue.length = 0;
          good.close();
        },
      };
    },
  },
  {
    what: "bufferedamountlow never told",
    seenBy: "bufferedAmount grows",
    channel: (good) => ({
      addEventListener: (type: "open", ...rest: [() => void]) =>
        (type as string) === "bufferedamountlow" ? undefined : good.addEventListener(type, ...rest),
    }),
  },
  {
    what: "the close of the other side not told",
    seenBy: "the other side notices",
    channel: (good) => ({
      addEventListener: (type: "open", ...rest: [() => void]) =>
        (type as string) === "close" ? undefined : good.addEventListener(type, ...rest),
    }),
  },
  {
    what: "media that never says what the remote sends",
    seenBy: "what the offering side sends arrives",
    media: () => ({ incoming: new Map() }),
  },
  {
    what: "media that never wants to negotiate",
    seenBy: "the answering side gets sections",
    media: () => ({ pending: false }),
  },
  {
    what: "a sender that names its section before there is one",
    seenBy: "what the offering side sends arrives",
    media: (good) => ({ createSender: (kind: MediaKind) => replaceMembers(good.createSender(kind), { mid: "7" }) }),
  },
];

/** The object with some of its members replaced; methods are called on the object itself, for its private fields. */
function replaceMembers<T extends object>(good: T, members: Record<string, unknown>): T {
  return new Proxy(good, {
    get: (_, key) => {
      if (typeof key === "string" && key in members) return members[key];
      const value: unknown = Reflect.get(good, key, good);
      return typeof value === "function" ? value.bind(good) : value;
    },
    set: (_, key, value) => Reflect.set(good, key, value, good),
  });
}

function faulty(adapter: ConnectionAdapter, fault: Fault): ConnectionAdapter {
  return {
    ...adapter,
    createConnection: (options) => {
      const handlers = { ...options.handlers, ...fault.handlers?.(options.handlers) };
      const good = adapter.createConnection({ ...options, handlers });
      const media = good.media && replaceMembers(good.media, { ...fault.media?.(good.media) });
      const own = replaceMembers(good, { media, ...fault.connection?.(good, handlers) });
      const { channel: breakChannel } = fault;
      if (breakChannel === undefined) return own;
      return replaceMembers(own, {
        createChannel: (init: Parameters<Connection["createChannel"]>[0]) => {
          const channel = good.createChannel(init);
          return replaceMembers(channel, breakChannel(channel));
        },
      });
    },
  };
}

describe("the conformance suite of adapters sees", () => {
  test.each(FAULTS.map((fault) => [fault.what, fault] as const))("%s", async (_, fault) => {
    const found = adapterConformance().filter(({ name }) => name.includes(fault.seenBy));
    expect(found).toHaveLength(1);
    const clock = new VirtualClock();
    const network = new SimulatedNetwork({ clock });
    const adapter = faulty(createSimulatedAdapter(network, { host: "a" }), fault);
    const stop = clock.play();
    const outcome = await Promise.resolve(
      found[0]?.run({
        adapter,
        clock,
        timeoutMs: 2_000,
        createTrack: (kind) => new SimulatedTrack(kind, kind),
      }),
    ).then(
      () => "nothing",
      (error: unknown) => String(error),
    );
    await stop();
    expect(outcome).toMatch(/^Error: /);
  });
});

test("each case has a name of its own", () => {
  const names = adapterConformance().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
