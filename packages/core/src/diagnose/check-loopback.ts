import type { Connection, ConnectionAdapter, IceServer } from "../adapter.js";
import type { DataChannelLike } from "../channel/data-channel-like.js";
import { PeerhoodError } from "../errors.js";
import { createDeferred } from "../util/deferred.js";
import { silentLogger } from "../util/logger.js";
import { AttemptRecord } from "./attempt-record.js";

/** Connects two ends of this process over a channel, and sends a message there and back. */
export async function checkLoopback(
  adapter: ConnectionAdapter,
  iceServers: readonly IceServer[],
  end: Promise<void>,
): Promise<string> {
  const record = new AttemptRecord({ iceServers, iceTransportPolicy: "all" });
  const failed = createDeferred<never>();
  const connections: Connection[] = [];
  const fail = (error: unknown): void => failed.reject(error);
  const create = (other: () => Connection | undefined): Connection => {
    const connection = adapter.createConnection({
      iceServers,
      iceTransportPolicy: "all",
      logger: silentLogger,
      handlers: {
        candidate: (candidate) => {
          record.localCandidate(candidate);
          other()
            ?.addCandidate(candidate)
            .catch(() => {});
        },
        serverFailed: (failure) => record.serverFailed(failure),
        state: (state) => {
          if (state === "failed" || state === "closed") fail(notConnected(`its state is ${state}`));
        },
        unexpectedChannel: () => {},
        error: () => {},
      },
    });
    connections.push(connection);
    return connection;
  };
  try {
    const [a, b] = [create(() => connections[1]), create(() => connections[0])];
    const channels = [a, b].map((one) => one.createChannel({ label: "diagnose", id: 0 }));
    const [near, far] = channels as [DataChannelLike, DataChannelLike];
    const back = createDeferred();
    far.addEventListener("message", () => far.send("pong"));
    near.addEventListener("message", () => back.resolve());
    const opened = channels.map((channel) => whenOpen(channel));
    const answer = await b.acceptOffer(await a.createOffer());
    record.heard();
    await a.acceptAnswer(answer);
    const done = Promise.all(opened).then(() => {
      near.send("ping");
      return back.promise;
    });
    const over = end.then(() => {
      throw notConnected("it took too long");
    });
    await Promise.race([done, failed.promise, over]);
    const { selectedCandidatePair: pair } = await a.stats();
    return `a message went there and back${pair === undefined ? "" : ` (${pair.local.type} to ${pair.remote.type})`}`;
  } catch (error) {
    throw error instanceof PeerhoodError ? record.explain(error, connections[0]?.stage) : error;
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
  }
}

function whenOpen(channel: DataChannelLike): Promise<void> {
  if (channel.readyState === "open") return Promise.resolve();
  return new Promise((resolve) => channel.addEventListener("open", () => resolve(), { once: true }));
}

function notConnected(why: string): PeerhoodError {
  return new PeerhoodError(
    "CONNECTION_FAILED",
    `Two ends of this very process could not be connected: ${why}. Does a firewall, a policy or an extension block UDP here?`,
  );
}
