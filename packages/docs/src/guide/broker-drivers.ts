import { CentrifugoDriver } from "@peerhood/drivers/centrifugo";
import { MercureDriver } from "@peerhood/drivers/mercure";
import { MqttDriver } from "@peerhood/drivers/mqtt";
import { NatsDriver } from "@peerhood/drivers/nats";
import { NostrDriver } from "@peerhood/drivers/nostr";
import { RedisDriver } from "@peerhood/drivers/redis";
import { SocketIoDriver } from "@peerhood/drivers/socketio";
import { SupabaseDriver } from "@peerhood/drivers/supabase";
import { TrackersDriver } from "@peerhood/drivers/trackers";

/** A token of your application's, for whoever is signed in. */
const getToken = async (): Promise<string> => (await fetch("/signaling-token")).text();

export const drivers = {
  nats: () => new NatsDriver("wss://broker.example:443"),
  mqtt: () => new MqttDriver("wss://broker.example/mqtt", { clientOptions: { username: "me", password: "secret" } }),
  redis: () => new RedisDriver("rediss://:secret@broker.example:6379"),
  socketio: () => new SocketIoDriver("https://app.example", { clientOptions: { auth: { token: "…" } } }),
  mercure: () => new MercureDriver("https://app.example/.well-known/mercure", { token: getToken }),
  nostr: () => new NostrDriver(["wss://relay.example", "wss://another.example"]),
  trackers: () => new TrackersDriver(["wss://tracker.example", "wss://another.example"]),
  centrifugo: () => new CentrifugoDriver("wss://broker.example/connection/websocket", { clientOptions: { getToken } }),
  supabase: () => new SupabaseDriver("https://project.supabase.co", { apiKey: "sb_publishable_…" }),
};
