import { checkTopic } from "@peerhood/core/internal";
import { DEFAULT_PREFIX } from "./common/constants.js";
import { eventsOf, MAX_MESSAGE_BYTES, type Answer } from "./socketio-protocol.js";

/** What is used of a `Socket` of the package `socket.io`. */
export interface ServerSocketLike {
  readonly rooms: ReadonlySet<string>;
  on(event: string, listener: (...values: never[]) => void): unknown;
  join(room: string): unknown;
  leave(room: string): unknown;
}

/** What is used of a `Server` or `Namespace` of the package `socket.io`. */
export interface SocketIoServerLike<Socket extends ServerSocketLike = ServerSocketLike> {
  on(event: "connection", listener: (socket: Socket) => void): unknown;
  off(event: "connection", listener: (socket: Socket) => void): unknown;
  to(room: string): { emit(event: string, ...values: unknown[]): unknown };
}

export interface ServeTopicsOptions<Socket> {
  /** Before the name of every event and room. @default "peerhood-signals" */
  readonly prefix?: string;
  /** How many topics one socket may be subscribed to. @default 1_000 */
  readonly maxTopics?: number;
  /** Who may do what. Names of rooms are hashes in topics: the server does not see them. @default everybody everything */
  authorize?(socket: Socket, action: "subscribe" | "publish", topic: string): boolean | Promise<boolean>;
}

class Refusal extends Error {
  readonly answer: Answer;
  constructor(error: Exclude<Answer, { ok: true }>["error"], reason: string) {
    super(reason);
    this.answer = { error, reason };
  }
}

/**
 * Routes topics between the clients of a Socket.IO server, for `SocketIoDriver`; over several servers if they have an
 * adapter. What is no request of the driver's is left alone, whatever it is.
 * @returns stops serving sockets that connect from then on
 * @example
 * const io = new Server(httpServer, { cors: { origin: "https://app.example" } });
 * serveTopics(io);
 */
export function serveTopics<Socket extends ServerSocketLike>(
  io: SocketIoServerLike<Socket>,
  options: ServeTopicsOptions<Socket> = {},
): () => void {
  const { prefix = DEFAULT_PREFIX, maxTopics = 1_000 } = options;
  const names = eventsOf(prefix);
  const roomOf = (topic: string): string => `${prefix}/${topic}`;

  const permit = async (socket: Socket, action: "subscribe" | "publish", topic: string): Promise<void> => {
    if (options.authorize && (await options.authorize(socket, action, topic)) !== true) {
      throw new Refusal("refused", `you may not ${action} ${topic}`);
    }
  };
  const serve = (socket: Socket): void => {
    const topics = new Set<string>();
    /** Not async: what comes first is done first, if nobody has to be asked. */
    const answerTo = (event: string, act: (...values: unknown[]) => Promise<unknown>): void =>
      void socket.on(event, (...values: unknown[]) => {
        const answer = values.pop();
        // Without an acknowledgement it is no request.
        if (typeof answer === "function") void respond(answer as (value: Answer) => void, () => act(...values));
      });

    answerTo(names.hello, async () => {});
    answerTo(names.subscribe, async (given) => {
      const topic = topicOf(given);
      await permit(socket, "subscribe", topic);
      if (!topics.has(topic) && topics.size >= maxTopics) throw new Refusal("limit", `more than ${maxTopics} topics`);
      topics.add(topic);
      await socket.join(roomOf(topic));
    });
    answerTo(names.unsubscribe, async (given) => {
      const topic = topicOf(given);
      topics.delete(topic);
      await socket.leave(roomOf(topic));
    });
    answerTo(names.publish, async (given, data) => {
      const topic = topicOf(given);
      const size = ArrayBuffer.isView(data) || data instanceof ArrayBuffer ? data.byteLength : -1;
      if (size < 0) throw new Refusal("invalid", "what was published is not bytes");
      if (size > MAX_MESSAGE_BYTES) throw new Refusal("too-large", `${size} bytes are more than ${MAX_MESSAGE_BYTES}`);
      await permit(socket, "publish", topic);
      io.to(roomOf(topic)).emit(names.message, topic, data);
    });
  };
  io.on("connection", serve);
  return () => void io.off("connection", serve);
}

async function respond(answer: (value: Answer) => void, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
    answer({ ok: true });
  } catch (error) {
    answer(error instanceof Refusal ? error.answer : { error: "failed", reason: "the server failed" });
  }
}

function topicOf(value: unknown): string {
  try {
    checkTopic(value);
    return value as string;
  } catch {
    throw new Refusal("invalid", "that is not a topic");
  }
}
