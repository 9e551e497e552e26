import type { IncomingMessage, ServerResponse } from "node:http";

/** One file of a page. */
export interface PageFile {
  /** As in `content-type`. */
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** Nothing from elsewhere; `blob:` is for previews of pictures that arrived. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * For `onRequest`: a room's page beside the server. Answers GET and HEAD for these files, by path, with headers that let
 * the page load nothing from elsewhere and be framed by nobody.
 */
export function answerPage(
  files: ReadonlyMap<string, PageFile>,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://page");
    const file = files.get(pathname);
    if (file === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
      response.writeHead(file === undefined ? 404 : 405, { "content-type": "text/plain; charset=utf-8" });
      response.end(file === undefined ? "Nothing here. The room is at /\n" : "GET only\n");
      return;
    }
    response.writeHead(200, {
      "content-type": file.type,
      "content-length": Buffer.byteLength(file.body),
      "content-security-policy": POLICY,
      "cache-control": "no-cache",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
    response.end(request.method === "HEAD" ? undefined : file.body);
  };
}
