import { startServer } from "@peerhood/server";

/** The server that is measured. Its limits are there, but for those that one machine full of clients meets. */
export async function start(): Promise<string> {
  const limits = { connectionsPerAddress: 1e6, requestsPerSecond: 1e6, messagesPerSecond: 1e6, messagesBurst: 1e6 };
  return (await startServer({ port: 0, limits })).url;
}

export { cpuMs, memoryBytes } from "./usage.js";
