import { randomBytes, scryptSync } from "node:crypto";
import { appendFile, readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSafeName, JOURNAL_ENDING, type OfferEntry, type OfferItem } from "./offer.js";

interface Header {
  readonly salt: string;
  /** Of the code: tells what belongs to this transfer, without the code standing there. */
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** Name that it is to have in the end. */
  readonly target: string;
}

/**
 * What `receive` notes beside a partial file, one JSON value a line: what it is, which files of it are whole, under which
 * name it was put in place. It lies where others may write, so what it says is checked, and allows nothing: to overwrite is
 * asked for anew each time.
 */
export class Journal {
  /** Name that the partial file has, without `.part`. */
  readonly base: string;
  /** Name that it is to have in the end. */
  readonly target: string;
  readonly #path: string;
  readonly #done: Map<string, string>;
  #placed: string | undefined;

  private constructor(folder: string, base: string, target: string, done: Map<string, string>, placed?: string) {
    this.base = base;
    this.target = target;
    this.#path = join(folder, base + JOURNAL_ENDING);
    this.#done = done;
    this.#placed = placed;
  }

  static async create(folder: string, base: string, target: string, item: OfferItem, code: string): Promise<Journal> {
    const salt = randomBytes(16).toString("hex");
    const header: Header = { salt, id: idOf(code, salt), name: item.name, kind: item.kind, target };
    const journal = new Journal(folder, base, target, new Map());
    await writeFile(journal.#path, `${JSON.stringify(header)}\n`, { flag: "wx", mode: 0o600 });
    return journal;
  }

  /** The one of an earlier run with that code, for that item. */
  static async find(folder: string, item: OfferItem, code: string): Promise<Journal | undefined> {
    for (const file of (await readdir(folder)).sort()) {
      if (!file.endsWith(JOURNAL_ENDING)) continue;
      const base = file.slice(0, -JOURNAL_ENDING.length);
      const [header, ...records] = await readLines(join(folder, file));
      const { salt, id, name, kind, target } = (header ?? {}) as Partial<Record<keyof Header, unknown>>;
      if (name !== item.name || kind !== item.kind || typeof salt !== "string" || !isSafeName(target)) continue;
      if (id !== idOf(code, salt)) continue;
      const done = new Map<string, string>();
      let placed: string | undefined;
      for (const record of records) {
        if (typeof record["done"] === "string") done.set(record["done"], String(record["as"]));
        if (isSafeName(record["placed"])) placed = record["placed"];
      }
      return new Journal(folder, base, target, done, placed);
    }
    return undefined;
  }

  /** Name under which all of it is in place already. */
  get placed(): string | undefined {
    return this.#placed;
  }

  isDone(entry: OfferEntry): boolean {
    return this.#done.get(entry.path) === versionOf(entry);
  }

  async markDone(entry: OfferEntry): Promise<void> {
    this.#done.set(entry.path, versionOf(entry));
    await appendFile(this.#path, `${JSON.stringify({ done: entry.path, as: versionOf(entry) })}\n`);
  }

  /** Before it is put there: after an interruption in between, the name that exists tells that it was. */
  async markPlaced(name: string): Promise<void> {
    this.#placed = name;
    await appendFile(this.#path, `${JSON.stringify({ placed: name })}\n`);
  }

  async remove(): Promise<void> {
    await unlink(this.#path).catch(() => {});
  }
}

/** Another version of a file is another file. */
function versionOf({ size, modifiedMs }: OfferEntry): string {
  return `${String(size)} ${modifiedMs}`;
}

function idOf(code: string, salt: string): string {
  return scryptSync(code, salt, 16).toString("hex");
}

/** The last line may have been cut off. */
async function readLines(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      return [Object(JSON.parse(line)) as Record<string, unknown>];
    } catch {
      return [];
    }
  });
}
