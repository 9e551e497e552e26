import { createServer, type Server } from "node:http";
import type { Registry } from "prom-client";
import { say } from "./answer.js";

/** The port that is not for the public: `/metrics`, and `/healthz` and `/readyz` once more. */
export function createAdmin(metrics: Registry, isReady: () => boolean, onError: (error: unknown) => void): Server {
  return createServer((request, response) => {
    const path = (request.url ?? "").split("?", 1)[0];
    if (path === "/healthz") return say(response, 200, "ok\n");
    if (path === "/readyz") return isReady() ? say(response, 200, "ready\n") : say(response, 503, "not ready\n");
    if (path !== "/metrics") return say(response, 404, "There are /metrics, /healthz and /readyz.\n");
    metrics.metrics().then(
      (text) => {
        response.writeHead(200, { "content-type": metrics.contentType });
        response.end(text);
      },
      (error: unknown) => {
        onError(error);
        say(response, 500, "metrics failed\n");
      },
    );
  });
}
