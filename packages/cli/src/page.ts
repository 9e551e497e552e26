import { readFile } from "node:fs/promises";
import { answerPage, type PageFile } from "@peerhood/server";

/** Made by `scripts/build-page.mjs` from `examples/room`. Beside `dist`, in which the build keeps what tsc makes and no more. */
const FOLDER = new URL("../page/", import.meta.url);

const FILES = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/room.js": ["room.js", "text/javascript; charset=utf-8"],
  "/inspector.js": ["inspector.js", "text/javascript; charset=utf-8"],
  "/room.css": ["room.css", "text/css; charset=utf-8"],
} as const;

/** Answers for the room page; `undefined` where it has not been built. */
export async function readPage(): Promise<ReturnType<typeof answerPage> | undefined> {
  const files = new Map<string, PageFile>();
  try {
    for (const [path, [name, type]] of Object.entries(FILES)) {
      files.set(path, { type, body: await readFile(new URL(name, FOLDER)) });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return answerPage(files);
}
