import type { Connection, ConnectionAdapter, ConnectionState, IceCandidate, Logger } from "@peerhood/core";
import { silentLogger } from "@peerhood/core/internal";
import { createNodeAdapter, type NodeConnection, type NodeDataChannel } from "../index.js";

type CandidateTaker = Pick<Connection, "addCandidate">;

/** One connection, and what it told. */
export interface End {
  readonly connection: NodeConnection;
  readonly channel: NodeDataChannel;
  readonly states: ConnectionState[];
  readonly unexpected: string[];
  /** Where its candidates go; those told before are given again. */
  trickleTo(other: CandidateTaker): void;
}

export interface EndOptions {
  readonly adapter?: ConnectionAdapter;
  readonly logger?: Logger;
  readonly iceTransportPolicy?: "all" | "relay";
  readonly iceServers?: readonly { urls: string; username: string; credential: string }[];
}

export function createEnd(options: EndOptions = {}): End {
  const { adapter = createNodeAdapter(), logger = silentLogger, iceTransportPolicy = "all", iceServers = [] } = options;
  const states: ConnectionState[] = [];
  const unexpected: string[] = [];
  const told: (IceCandidate | null)[] = [];
  let target: CandidateTaker | undefined;
  const give = (candidate: IceCandidate | null): void => {
    // The other side may be closed, or take no more.
    target?.addCandidate(candidate).catch(() => {});
  };
  const connection = adapter.createConnection({
    iceServers,
    iceTransportPolicy,
    logger,
    handlers: {
      candidate: (candidate) => {
        told.push(candidate);
        give(candidate);
      },
      state: (state) => states.push(state),
      unexpectedChannel: (label) => unexpected.push(label),
      error: () => {},
    },
  }) as NodeConnection;
  return {
    connection,
    channel: connection.createChannel({ label: "control", id: 0 }),
    states,
    unexpected,
    trickleTo: (other) => {
      target = other;
      for (const candidate of told) give(candidate);
    },
  };
}

/** Resolves with the next event of that type; with `open` also when it is. Rejects when the channel closes instead. */
export function next(
  channel: NodeDataChannel,
  type: "open" | "message" | "close" | "bufferedamountlow",
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (type === channel.readyState) resolve(undefined);
    channel.addEventListener(type, ({ data }) => resolve(data), { once: true });
    if (type !== "close") channel.addEventListener("close", () => reject(new Error("closed")), { once: true });
  });
}

/** Negotiates; resolves when the channel with id 0 is open at both ends. `delay` is that of the signaling. */
export async function connect(a: End, b: End, delay: () => Promise<void> = async () => {}): Promise<void> {
  a.trickleTo(b.connection);
  b.trickleTo(a.connection);
  const open = Promise.all([next(a.channel, "open"), next(b.channel, "open")]);
  open.catch(() => {});
  const offer = await a.connection.createOffer();
  await delay();
  const answer = await b.connection.acceptOffer(offer);
  await delay();
  await a.connection.acceptAnswer(answer);
  await open;
}

export async function close(...ends: End[]): Promise<void> {
  await Promise.all(ends.map(({ connection }) => connection.close()));
}
