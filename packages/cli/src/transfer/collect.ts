import { opendir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { CliError, EXIT } from "../exit-codes.js";
import { isSafeName, type Offer, type OfferEntry, type OfferItem } from "./offer.js";

/** Name of what comes from stdin, where none is given. */
const STDIN_NAME = "stdin";

/** An offer, and where each of its entries is on this disk; `undefined` is stdin. */
export interface Collection {
  readonly offer: Offer;
  /** By item, then by entry. */
  readonly paths: readonly (readonly (string | undefined)[])[];
  /** Paths that were left out, with the reason. */
  readonly skipped: readonly string[];
}

/**
 * Looks at what `send` was given: files, folders with all below them, `-` for stdin. Symbolic links are followed where they
 * are named, and left out within folders, where they may lead anywhere.
 * @throws CliError `NOT_FOUND`, `UNSUITABLE_NAME`, `SAME_NAME`
 */
export async function collect(files: readonly string[], stdinName = STDIN_NAME): Promise<Collection> {
  const items: OfferItem[] = [];
  const paths: (string | undefined)[][] = [];
  const skipped: string[] = [];
  for (const file of files) {
    if (file === "-") {
      items.push({
        name: checked(stdinName),
        kind: "file",
        entries: [{ path: "", size: null, modifiedMs: Date.now() }],
      });
      paths.push([undefined]);
      continue;
    }
    const path = resolve(file);
    const status = await stat(path).catch((cause: unknown) => {
      throw new CliError(EXIT.failed, "NOT_FOUND", `There is no "${file}" that can be read.`, { cause });
    });
    const name = checked(basename(path));
    if (status.isDirectory()) {
      const found: { entry: OfferEntry; path: string }[] = [];
      await walk(path, "", found, skipped);
      items.push({ name, kind: "folder", entries: found.map(({ entry }) => entry) });
      paths.push(found.map((each) => each.path));
    } else if (status.isFile()) {
      items.push({ name, kind: "file", entries: [entryOf("", status)] });
      paths.push([path]);
    } else throw new CliError(EXIT.failed, "NOT_FOUND", `"${file}" is no file and no folder.`);
  }
  const names = items.map(({ name }) => name.toLowerCase());
  const twice = items.find(({ name }, index) => names.indexOf(name.toLowerCase()) !== index);
  if (twice !== undefined) {
    throw new CliError(EXIT.usage, "SAME_NAME", `Two of these are called "${twice.name}"; send one of them apart.`);
  }
  return { offer: { version: 1, items }, paths, skipped };
}

async function walk(
  folder: string,
  below: string,
  found: { entry: OfferEntry; path: string }[],
  skipped: string[],
): Promise<void> {
  const entries = [];
  for await (const entry of await opendir(folder)) entries.push(entry);
  // The same order each time, so that both sides see one thing after the other.
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (entries.length === 0 && below !== "") {
    const { mtimeMs } = await stat(folder);
    found.push({ entry: { path: below, size: 0, modifiedMs: mtimeMs, folder: true }, path: folder });
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (!isSafeName(entry.name)) skipped.push(`${path} (a name that not every system can have)`);
    else if (entry.isDirectory()) await walk(path, name, found, skipped);
    else if (entry.isFile()) found.push({ entry: entryOf(name, await stat(path)), path });
    else skipped.push(`${path} (${entry.isSymbolicLink() ? "a symbolic link" : "not a file"})`);
  }
}

function entryOf(path: string, { size, mtimeMs, mode }: { size: number; mtimeMs: number; mode: number }): OfferEntry {
  const executable = (mode & 0o100) !== 0;
  return { path, size, modifiedMs: mtimeMs, ...(executable ? { executable } : {}) };
}

function checked(name: string): string {
  if (isSafeName(name)) return name;
  const text = `The name "${name}" is not one that every system can have; rename it, or send the folder that it is in.`;
  throw new CliError(EXIT.failed, "UNSUITABLE_NAME", text);
}
