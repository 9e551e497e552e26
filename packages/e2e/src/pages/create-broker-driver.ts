import type { Driver } from "@peerhood/core";
import { CentrifugoDriver } from "@peerhood/drivers/centrifugo";
import { MercureDriver } from "@peerhood/drivers/mercure";
import { NostrDriver } from "@peerhood/drivers/nostr";
import { SocketIoDriver } from "@peerhood/drivers/socketio";
import { SupabaseDriver } from "@peerhood/drivers/supabase";
import { TrackersDriver } from "@peerhood/drivers/trackers";

/** By the name of a test. */
const CREATE: Readonly<Record<string, (port: number) => Driver>> = {
  SocketIoDriver: (port) => new SocketIoDriver(`http://127.0.0.1:${port}`),
  // A page uses an EventSource for the one without a token.
  MercureDriver: (port) => new MercureDriver(`http://127.0.0.1:${port}/.well-known/mercure`),
  "MercureDriver with a token": (port) => {
    return new MercureDriver(`http://127.0.0.1:${port}/.well-known/mercure`, { token: "any" });
  },
  NostrDriver: (port) => new NostrDriver(`ws://127.0.0.1:${port}`),
  TrackersDriver: (port) => new TrackersDriver(`ws://127.0.0.1:${port}`),
  CentrifugoDriver: (port) => new CentrifugoDriver(`ws://127.0.0.1:${port}/connection/websocket`),
  SupabaseDriver: (port) => new SupabaseDriver(`http://127.0.0.1:${port}`, { apiKey: "key" }),
};

/** The same in a page and in Node. */
export function createBrokerDriver(name: string, port: number): Driver {
  const create = CREATE[name];
  if (create === undefined) throw new Error(`There is no ${name}.`);
  return create(port);
}
