import type { Dirent, Stats } from "node:fs";
import { open, opendir, readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { CliError, EXIT } from "../exit-codes.js";
import { harmless } from "../format.js";
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
 * are named, and left out within folders, where they may lead anywhere. What can not be read is an error where it is named,
 * and left out within folders.
 * @throws CliError `NOT_FOUND`, `UNSUITABLE_NAME`, `SAME_NAME`, `NO_NAME`; the reason of the signal
 */
export async function collect(
  files: readonly string[],
  stdinName = STDIN_NAME,
  signal?: AbortSignal,
): Promise<Collection> {
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
    // It would stand for the folder that one is in: `send "$unset"`.
    if (file === "") throw new CliError(EXIT.usage, "NO_NAME", "One of the names to send is empty.");
    const path = resolve(file);
    const status = await readable(path).catch((cause: unknown) => {
      throw new CliError(EXIT.failed, "NOT_FOUND", `There is no "${harmless(file)}" that can be read.`, { cause });
    });
    const name = checked(basename(path));
    if (status.isDirectory()) {
      const found: { entry: OfferEntry; path: string }[] = [];
      await walk(path, "", { found, skipped, signal });
      items.push({ name, kind: "folder", entries: found.map(({ entry }) => entry) });
      paths.push(found.map((each) => each.path));
    } else if (status.isFile()) {
      items.push({ name, kind: "file", entries: [entryOf("", status)] });
      paths.push([path]);
    } else throw new CliError(EXIT.failed, "NOT_FOUND", `"${harmless(file)}" is no file and no folder.`);
  }
  const names = items.map(({ name }) => name.toLowerCase());
  const twice = items.find(({ name }, index) => names.indexOf(name.toLowerCase()) !== index);
  if (twice !== undefined) {
    throw new CliError(
      EXIT.usage,
      "SAME_NAME",
      `Two of these are called "${harmless(twice.name)}"; send one of them apart.`,
    );
  }
  return { offer: { version: 1, items }, paths, skipped };
}

interface Walk {
  readonly found: { entry: OfferEntry; path: string }[];
  readonly skipped: string[];
  readonly signal: AbortSignal | undefined;
}

async function walk(folder: string, below: string, all: Walk): Promise<void> {
  const { found, skipped, signal } = all;
  signal?.throwIfAborted();
  // The same order each time, so that both sides see one thing after the other.
  const entries = (await list(folder)).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (entries.length === 0 && below !== "") {
    const { mtimeMs } = await stat(folder);
    found.push({ entry: { path: below, size: 0, modifiedMs: mtimeMs, folder: true }, path: folder });
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (!isSafeName(entry.name)) skipped.push(`${path} (a name that not every system can have)`);
    else if (entry.isSymbolicLink()) skipped.push(`${path} (a symbolic link)`);
    else if (!entry.isDirectory() && !entry.isFile()) skipped.push(`${path} (not a file)`);
    else {
      // It may not be ours to read, or gone since the folder was listed.
      const status = await readable(path).catch(() => undefined);
      if (status === undefined) skipped.push(`${path} (it can not be read)`);
      else if (status.isDirectory()) await walk(path, name, all);
      else found.push({ entry: entryOf(name, status), path });
    }
  }
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new CliError(EXIT.failed, "NOT_FOUND", `"${harmless(folder)}" can not be read.`, { cause });
  }
}

async function readable(path: string): Promise<Stats> {
  const status = await stat(path);
  // Asked of the file system itself, which may know more than owners and modes.
  if (status.isDirectory()) await (await opendir(path)).close();
  else if (status.isFile()) await (await open(path, "r")).close();
  return status;
}

function entryOf(path: string, { size, mtimeMs, mode }: { size: number; mtimeMs: number; mode: number }): OfferEntry {
  const executable = (mode & 0o100) !== 0;
  return { path, size, modifiedMs: mtimeMs, ...(executable ? { executable } : {}) };
}

function checked(name: string): string {
  if (isSafeName(name)) return name;
  const text = `The name "${harmless(name)}" is not one that every system can have; rename it, or send the folder that it is in.`;
  throw new CliError(EXIT.failed, "UNSUITABLE_NAME", text);
}
