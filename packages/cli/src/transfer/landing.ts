import { constants } from "node:fs";
import { link, lstat, mkdir, open, rename, rm, unlink, utimes, type FileHandle } from "node:fs/promises";
import { dirname, join, parse } from "node:path";
import { CliError, EXIT } from "../exit-codes.js";
import { Journal } from "./journal.js";
import { JOURNAL_ENDING, type OfferEntry, type OfferItem } from "./offer.js";

/** What is to happen where the name is taken already. */
export type Collision = "overwrite" | "rename";

export interface LandingOptions {
  readonly folder: string;
  readonly item: OfferItem;
  readonly code: string;
  /** Asked once, and only if the name is taken. */
  readonly onCollision: (name: string) => Promise<Collision>;
}

/**
 * Where one item comes down: under `NAME.part`, until all of it is there and checked, then under its own name in one step.
 * Nothing that was there before is touched, unless `onCollision` said so.
 */
export class Landing {
  readonly #folder: string;
  readonly #item: OfferItem;
  readonly #journal: Journal;
  readonly #overwrite: boolean;
  readonly #isPlaced: boolean;

  private constructor({ folder, item }: LandingOptions, journal: Journal, overwrite: boolean, isPlaced: boolean) {
    this.#folder = folder;
    this.#item = item;
    this.#journal = journal;
    this.#overwrite = overwrite;
    this.#isPlaced = isPlaced;
  }

  /** Finds what an earlier run with this code left, or begins. */
  static async prepare(options: LandingOptions): Promise<Landing> {
    const { folder, item, code, onCollision } = options;
    let journal = await Journal.find(folder, item, code);
    if (journal !== undefined) {
      const part = await exists(join(folder, `${journal.base}.part`));
      const { placed } = journal;
      const isWhole = item.entries.every((entry) => journal?.isDone(entry) === true);
      if (!part && placed !== undefined && isWhole && (await exists(join(folder, placed)))) {
        return new Landing(options, journal, false, true);
      }
      if (!part) {
        // What it says is done is gone.
        await journal.remove();
        journal = undefined;
      }
    }
    const wanted = journal?.target ?? item.name;
    const isTaken = await exists(join(folder, wanted));
    const overwrite = isTaken && (await onCollision(wanted)) === "overwrite";
    if (overwrite) await checkReplaceable(join(folder, wanted), item);
    if (journal === undefined) {
      const base = await freeName(folder, item, !overwrite);
      journal = await Journal.create(folder, base, overwrite ? wanted : base, item, code);
    }
    return new Landing(options, journal, overwrite, false);
  }

  /** Path of what is partly there. */
  get #part(): string {
    return join(this.#folder, `${this.#journal.base}.part`);
  }

  isDone(entry: OfferEntry): boolean {
    return this.#isPlaced || this.#journal.isDone(entry);
  }

  /** Bytes that are there of it already. */
  async sizeOf(entry: OfferEntry): Promise<number> {
    const status = await lstat(this.#pathOf(entry)).catch(() => undefined);
    return status?.isFile() === true ? status.size : 0;
  }

  /** Opens an entry for reading and writing; what is there of it stays. */
  async open(entry: OfferEntry): Promise<FileHandle> {
    const path = this.#pathOf(entry);
    await mkdir(dirname(path), { recursive: true });
    // A link that somebody put there would lead out of the folder.
    const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
    return open(path, flags, entry.executable === true ? 0o777 : 0o666);
  }

  async makeFolder(entry: OfferEntry): Promise<void> {
    await mkdir(this.#pathOf(entry), { recursive: true });
  }

  async markDone(entry: OfferEntry): Promise<void> {
    await utimes(this.#pathOf(entry), new Date(), new Date(entry.modifiedMs));
    await this.#journal.markDone(entry);
  }

  /** All is there: gives it its name. Returns the path. */
  async place(): Promise<string> {
    if (this.#isPlaced) return join(this.#folder, String(this.#journal.placed));
    if (this.#item.kind === "folder") await mkdir(this.#part, { recursive: true });
    if (this.#overwrite) return this.#replace();
    for (let name = this.#journal.target; ; name = await freeName(this.#folder, this.#item, true)) {
      const path = join(this.#folder, name);
      if (await exists(path)) continue;
      await this.#journal.markPlaced(name);
      if (await moveTo(this.#part, path, this.#item.kind)) return path;
    }
  }

  /** The transfer has failed: where nothing of it is here, nothing is to be left of it. */
  async tidy(): Promise<void> {
    if (this.#journal.placed === undefined && !(await exists(this.#part))) await this.#journal.remove();
  }

  /** The whole transfer is over: nothing has to be remembered any more. */
  async forget(): Promise<void> {
    await this.#journal.remove();
  }

  async #replace(): Promise<string> {
    const path = join(this.#folder, this.#journal.target);
    await this.#journal.markPlaced(this.#journal.target);
    if (this.#item.kind === "file" || !(await exists(path))) {
      await rename(this.#part, path);
      return path;
    }
    // Into the folder that is there: what has the same name is replaced, the rest stays.
    for (const entry of this.#item.entries) {
      const to = join(path, entry.path);
      await mkdir(entry.folder === true ? to : dirname(to), { recursive: true });
      if (entry.folder !== true) await rename(this.#pathOf(entry), to);
    }
    await rm(this.#part, { recursive: true });
    return path;
  }

  #pathOf({ path }: OfferEntry): string {
    return path === "" ? this.#part : join(this.#part, ...path.split("/"));
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** A file replaces a file, a folder goes into a folder that has no links where files would go. */
async function checkReplaceable(path: string, item: OfferItem): Promise<void> {
  const status = await lstat(path);
  const wanted = item.kind === "folder" ? status.isDirectory() : !status.isDirectory();
  if (!wanted) {
    const text = `"${item.name}" is a ${item.kind}, and what has that name here is not; it is not replaced.`;
    throw new CliError(EXIT.failed, "NOT_REPLACEABLE", text);
  }
  if (item.kind === "file") return;
  for (const entry of item.entries) {
    let below = path;
    const segments = entry.path.split("/");
    for (const segment of entry.folder === true ? segments : segments.slice(0, -1)) {
      below = join(below, segment);
      const there = await lstat(below).catch(() => undefined);
      if (there === undefined) break;
      if (there.isDirectory()) continue;
      throw new CliError(EXIT.failed, "NOT_REPLACEABLE", `"${below}" is no folder here; it is not written through.`);
    }
  }
}

/** `name`, `name (2)`, `name (3)`: the first that neither this nor another transfer uses. */
async function freeName(folder: string, { name, kind }: OfferItem, alsoAsTarget: boolean): Promise<string> {
  const { name: stem, ext } = kind === "file" ? parse(name) : { name, ext: "" };
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${stem} (${number})${ext}`;
    const paths = [`${candidate}.part`, candidate + JOURNAL_ENDING, ...(alsoAsTarget ? [candidate] : [])];
    const taken = await Promise.all(paths.map((path) => exists(join(folder, path))));
    if (!taken.includes(true)) return candidate;
  }
}

/** Never over what is there: `false` if something has come there meanwhile. */
async function moveTo(from: string, to: string, kind: OfferItem["kind"]): Promise<boolean> {
  try {
    if (kind === "folder") {
      await rename(from, to);
      return true;
    }
    // Unlike `rename`, `link` refuses where the name is taken.
    await link(from, to);
    await unlink(from);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || code === "ENOTEMPTY" || code === "ENOTDIR") return false;
    // File systems without hard links.
    if (kind === "folder" || !["EPERM", "ENOTSUP", "ENOSYS", "EMLINK"].includes(code ?? "")) throw error;
    if (await exists(to)) return false;
    await rename(from, to);
    return true;
  }
}
