import { startServer } from "@peerhood/server";

let server: Awaited<ReturnType<typeof startServer>>;

/** On every address of the namespace, which nothing outside of it reaches. */
export async function start(port: number): Promise<number> {
  server = await startServer({ port, host: "0.0.0.0" });
  return server.port;
}

export async function stop(): Promise<void> {
  await server.close();
}
