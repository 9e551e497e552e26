import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Made by `scripts/build-page.mjs` from `examples/room`; the same place from `src` and from `dist`. */
const FOLDER = new URL("../dist/page/", import.meta.url);

const FILES = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/room.js": ["room.js", "text/javascript; charset=utf-8"],
  "/room.css": ["room.css", "text/css; charset=utf-8"],
} as const;

/** Nothing from elsewhere; `blob:` is for previews of pictures that arrived. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

type AnswerPage = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers for the room page; `undefined` where it has not been built. */
export async function readPage(): Promise<AnswerPage | undefined> {
  const files = new Map<string, { readonly type: string; readonly body: Buffer }>();
  try {
    for (const [path, [name, type]] of Object.entries(FILES)) {
      files.set(path, { type, body: await readFile(new URL(name, FOLDER)) });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://page");
    const file = files.get(pathname);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (file === undefined || !isRead) {
      response.writeHead(file === undefined ? 404 : 405, { "content-type": "text/plain; charset=utf-8" });
      response.end(file === undefined ? "Nothing here. The room is at /\n" : "GET only\n");
      return;
    }
    response.writeHead(200, {
      "content-type": file.type,
      "content-length": file.body.length,
      "content-security-policy": POLICY,
      "cache-control": "no-cache",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
    response.end(request.method === "HEAD" ? undefined : file.body);
  };
}
