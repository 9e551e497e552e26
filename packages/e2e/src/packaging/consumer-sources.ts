/** What a bot uses, in the names that people write code against. */
export const BOT_SOURCE = `
import { isPeerhoodError, Peer, WebSocketDriver, type Driver, type RemotePeer } from "peerhood";
import { startServer } from "@peerhood/server";

const server = await startServer({ port: 0, host: "127.0.0.1" });
const driver: Driver = new WebSocketDriver(server.url, { token: async () => "secret" });
const peer = new Peer({ driver, iceServers: [{ urls: "stun:127.0.0.1" }], connectionTimeoutMs: 5_000 });
const met: RemotePeer[] = [];
peer.on("connection:connected", ({ remote, state }) => {
  const text: string = state;
  met.push(remote);
  process.stdout.write(\`\${text} \${remote.id}\`);
});
peer.on("connection:closed", ({ reason }) => process.stdout.write(reason));
peer.on("channel:message", async ({ remote, label, data, size }) => {
  process.stdout.write(\`\${remote.id} \${label} \${size}\`);
  const value: unknown = await data;
  for await (const chunk of data) process.stdout.write(chunk satisfies Uint8Array);
  await remote.send(value, { label, info: { answer: true } });
});
peer.on("error", ({ error }) => {
  if (isPeerhoodError(error) && error.code === "DRIVER_CLOSED") process.exit(1);
});
await peer.open({ label: "chat", ordered: true });
await peer.join({ room: "lobby", metadata: { name: "bot" }, verify: ({ id }) => id !== "" });
const transfer = peer.send(new Uint8Array(16), "chat");
for await (const { id, current, total, done } of transfer) process.stdout.write(\`\${id} \${current} \${total} \${done}\`);
await transfer;
for (const [id, remote] of peer.remotes) {
  const { roundTripTimeMs } = await remote.stats();
  process.stdout.write(\`\${id} \${roundTripTimeMs} \${remote.channels.get("chat")?.bufferedAmount}\`);
}
await peer.leave();
await driver.close();
await server.close();
`;

export const PAGE_SOURCE = `
import { MemoryDriver, Peer, WebSocketDriver } from "peerhood";

const peer = new Peer({ driver: location.search === "" ? new MemoryDriver() : new WebSocketDriver("ws://localhost") });
peer.on("channel:message", async ({ data, info, channel }) => {
  const value = await data;
  if (value instanceof Blob) document.body.append(URL.createObjectURL(value));
  console.log(info, channel?.label);
});
await peer.open("files");
await peer.join("lobby");
document.querySelector("input")?.addEventListener("change", async ({ target }) => {
  const [file] = (target as HTMLInputElement).files ?? [];
  if (file === undefined) return;
  const transfer = peer.send(file, { label: "files", info: { name: file.name }, signal: AbortSignal.timeout(1000) });
  for await (const { current, total } of transfer) document.title = \`\${current} of \${total}\`;
});
`;

export const LIKE_SOURCE = `
import type { DataChannelLike, IceServer } from "peerhood";

declare const channel: RTCDataChannel;
const like: DataChannelLike = channel;
const servers: IceServer[] = [{ urls: ["stun:127.0.0.1"] } satisfies RTCIceServer];
console.log(new RTCPeerConnection({ iceServers: servers }), like);
`;
