import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface PageServer {
  readonly port: number;
  /** Serves `body` from memory; returns its path. */
  add(body: string, type: "text/html" | "text/javascript"): string;
  close(): Promise<void>;
}

/** A web server on 127.0.0.1 whose files exist in memory only. */
export async function startPageServer(): Promise<PageServer> {
  const files = new Map<string, { body: string; type: string }>();
  const server = createServer((request, response) => {
    const file = files.get((request.url ?? "").split("?", 1)[0] ?? "");
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": `${file.type}; charset=utf-8`, "cache-control": "no-store" });
    response.end(file.body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    add(body, type) {
      const path = `/${files.size}.${type === "text/html" ? "html" : "js"}`;
      files.set(path, { body, type });
      return path;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
