import type { ConnectBroker } from "./broker.js";

/**
 * @param url `nats://`, `tls://` (NATS), `redis://` or `rediss://`
 * @throws RangeError for another; Error naming the package to install
 */
export async function brokerFor(url: string): Promise<ConnectBroker> {
  const scheme = /^([a-z]+):\/\/./i.exec(url)?.[1]?.toLowerCase();
  if (scheme === "nats" || scheme === "tls") return (await import("./nats.js")).connectNats(url);
  if (scheme === "redis" || scheme === "rediss") return (await import("./redis.js")).connectRedis(url);
  throw new RangeError(`cluster: no broker for ${scheme ?? "that url"}; give nats://host:4222 or redis://host:6379.`);
}
