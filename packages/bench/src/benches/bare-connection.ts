import * as native from "node-datachannel";
import type { Driver } from "peerhood";

/**
 * What one would write without a library: two node-datachannel connections that exchange descriptions and candidates
 * over the same driver. Resolves with the milliseconds from "I am here" to the open channel, on the newcomer's side.
 */
export async function connectBare(host: Driver, newcomer: Driver, topic: string): Promise<number> {
  const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const decode = (data: Uint8Array): Signal => JSON.parse(new TextDecoder().decode(data)) as Signal;
  const connections: native.PeerConnection[] = [];
  const channels: native.DataChannel[] = [];
  const connect = (name: string, driver: Driver, to: string): native.PeerConnection => {
    const connection = new native.PeerConnection(name, { iceServers: [] });
    connections.push(connection);
    connection.onLocalDescription((sdp, type) => void driver.publish(to, encode({ sdp, type })));
    connection.onLocalCandidate((candidate, mid) => void driver.publish(to, encode({ candidate, mid })));
    return connection;
  };
  let over = false;
  // Candidates may overtake the description they belong to, and come after the end.
  const early = new Map<native.PeerConnection, Signal[]>();
  const apply = (connection: native.PeerConnection, signal: Signal): void => {
    if (over) return;
    if (signal.candidate !== undefined && connection.remoteDescription() === null) {
      early.set(connection, [...(early.get(connection) ?? []), signal]);
      return;
    }
    if (signal.sdp !== undefined && signal.type !== undefined) {
      connection.setRemoteDescription(signal.sdp, signal.type);
      for (const waiting of early.get(connection) ?? []) apply(connection, waiting);
    } else if (signal.candidate !== undefined) {
      try {
        connection.addRemoteCandidate(signal.candidate, signal.mid ?? "0");
      } catch {
        // One that it does not like; there are others.
      }
    }
  };

  let hostConnection: native.PeerConnection | undefined;
  const hostSubscription = await host.subscribe(`${topic}/host`, (data) => {
    const signal = decode(data);
    if (signal.hello !== undefined) {
      hostConnection = connect("host", host, `${topic}/newcomer`);
      channels.push(hostConnection.createDataChannel("chat"));
    } else if (hostConnection !== undefined) apply(hostConnection, signal);
  });

  const start = performance.now();
  let subscription: { unsubscribe(): Promise<void> } | undefined;
  const elapsed = await new Promise<number>((resolve, reject) => {
    const connection = connect("newcomer", newcomer, `${topic}/host`);
    connection.onDataChannel((channel) => {
      channels.push(channel);
      const opened = (): void => resolve(performance.now() - start);
      if (channel.isOpen()) opened();
      else channel.onOpen(opened);
    });
    newcomer
      .subscribe(`${topic}/newcomer`, (data) => apply(connection, decode(data)))
      .then((subscribed) => {
        subscription = subscribed;
        return newcomer.publish(`${topic}/host`, encode({ hello: true }));
      })
      .catch(reject);
  });
  await Promise.all([hostSubscription.unsubscribe(), subscription?.unsubscribe()]);
  over = true;
  for (const channel of channels) channel.close();
  await new Promise((resolve) => setImmediate(resolve));
  for (const connection of connections) connection.close();
  return elapsed;
}

interface Signal {
  readonly hello?: boolean;
  readonly sdp?: string;
  readonly type?: native.DescriptionType;
  readonly candidate?: string;
  readonly mid?: string;
}
