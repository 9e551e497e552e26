import { CliError, EXIT } from "../exit-codes.js";
import { harmless, shorten } from "../format.js";

/** Requests of the receiver, and messages of its progress. The sender only answers. */
export const OFFER = "peerhood-cli/offer";
export const FILE = "peerhood-cli/file";
export const END = "peerhood-cli/end";
export const PROGRESS = "peerhood-cli/progress";

/** What a member of the room says it is. */
export interface Role {
  readonly cli: 1;
  readonly role: "send" | "receive";
}

/** All that the sender has, as it is told before anything of it goes. */
export interface Offer {
  readonly version: 1;
  readonly items: readonly OfferItem[];
}

/** One argument of `send`. */
export interface OfferItem {
  readonly name: string;
  readonly kind: "file" | "folder";
  /** Of a file one, with the path `""`. */
  readonly entries: readonly OfferEntry[];
}

export interface OfferEntry {
  /** Below the folder, with `/`. */
  readonly path: string;
  /** Bytes; `null`: nobody knows yet (stdin). */
  readonly size: number | null;
  /** Since 1970, as the sender's file system says. */
  readonly modifiedMs: number;
  /** May be run, as far as the receiver's umask lets it. */
  readonly executable?: boolean;
  /** Not a file: an empty folder. */
  readonly folder?: boolean;
}

/** The receiver wants an entry, from an offset on: it holds what is before, and this is its SHA-256. */
export interface FileRequest {
  readonly item: number;
  readonly entry: number;
  readonly offset: number;
  /** Hexadecimal; with offset 0 it is not looked at. */
  readonly prefix: string;
}

export interface End {
  readonly ok: boolean;
  /** Why not. */
  readonly message?: string;
  /** How many there were. */
  readonly bytes?: number;
}

/** Each answer to {@link FILE} ends with the SHA-256 of the whole file. */
export const DIGEST_BYTES = 32;

/** `remoteCode`s of {@link FILE}. */
export const PREFIX_DIFFERS = "PREFIX_DIFFERS";
export const NOT_REPEATABLE = "NOT_REPEATABLE";

/** Ends the name of what `receive` notes beside a partial file; nobody may send such. */
export const JOURNAL_ENDING = ".part.journal";

const MAX_NAME_BYTES = 240;
const MAX_ENTRIES = 1_000_000;
const SHOWN_NAMES = 5;
const SHOWN_WIDTH = 60;
/** Whether "A" and "a" are one file depends on the file system: here they usually are. */
const fold = (name: string): string =>
  process.platform === "darwin" || process.platform === "win32" ? name.toLowerCase() : name;
/** Names that Windows takes for devices, with any ending. */
const DEVICES = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(?: *\.|$)/i;
/** What turns the direction of text shows `fdp.exe` as `exe.pdf`; half a character is one file with any other half. */
const MISLEADING = /[\u202A-\u202E\u2066-\u2069\p{Cs}]/u;
/** Milliseconds of the latest `Date`. */
const MAX_DATE_MS = 8.64e15;

/** The name of one file or folder that can not lead elsewhere, on any system. */
export function isSafeName(name: unknown): name is string {
  return (
    typeof name === "string" &&
    name !== "" &&
    !/^\.{1,2}$/.test(name) &&
    !/[/\\:*?"<>|\p{Cc}]/u.test(name) &&
    !/[. ]$/.test(name) &&
    !DEVICES.test(name) &&
    !MISLEADING.test(name) &&
    !name.toLowerCase().endsWith(JOURNAL_ENDING) &&
    Buffer.byteLength(name) <= MAX_NAME_BYTES
  );
}

/**
 * What a sender offered, if all of it is well-formed and stays where it is put.
 * @throws CliError `BAD_OFFER`
 */
export function checkOffer(value: unknown): Offer {
  const { version, items } = Object(value) as { version?: unknown; items?: unknown };
  if (version !== 1) throw badOffer(`speaks version ${harmless(String(version))} of the protocol, this is 1`);
  if (!Array.isArray(items) || items.length === 0) throw badOffer("offers nothing");
  const names = new Set<string>();
  for (const item of items as unknown[]) {
    const { name, kind, entries } = Object(item) as { name?: unknown; kind?: unknown; entries?: unknown };
    if (!isSafeName(name)) throw badOffer(`uses the name ${JSON.stringify(name)}, which is not safe`);
    if (names.has(fold(name))) throw badOffer(`offers "${name}" twice`);
    names.add(fold(name));
    if (kind !== "file" && kind !== "folder") throw badOffer(`offers "${name}", which is no file and no folder`);
    if (!Array.isArray(entries) || entries.length > MAX_ENTRIES) throw badOffer(`lists nothing sensible in "${name}"`);
    checkEntries(name, kind, entries);
  }
  return value as Offer;
}

function checkEntries(name: string, kind: "file" | "folder", entries: readonly unknown[]): void {
  const files = new Set<string>();
  const folders = new Set<string>();
  if (kind === "file" && entries.length !== 1) throw badOffer(`offers a file "${name}" that is not one`);
  for (const entry of entries) {
    const { path, size, modifiedMs, folder = false } = Object(entry) as Record<string, unknown>;
    const segments = typeof path === "string" ? path.split("/") : [];
    if (kind === "file" && folder !== false) throw badOffer(`offers a file "${name}" that is a folder`);
    if (kind === "file" ? path !== "" : !segments.every(isSafeName) || segments.length === 0) {
      throw badOffer(`uses the path ${JSON.stringify(path)}, which is not safe`);
    }
    const isSize = size === null || (Number.isSafeInteger(size) && Number(size) >= 0);
    const isDate = typeof modifiedMs === "number" && Math.abs(modifiedMs) <= MAX_DATE_MS;
    if (!isSize || !isDate || (folder !== false && folder !== true)) {
      throw badOffer(`describes ${JSON.stringify(path)} wrongly`);
    }
    const key = fold(String(path));
    if (files.has(key) || folders.has(key)) throw badOffer(`offers ${JSON.stringify(path)} twice`);
    if (folder) folders.add(key);
    else files.add(key);
  }
  for (const key of [...files, ...folders]) {
    for (let at = key.lastIndexOf("/"); at > 0; at = key.lastIndexOf("/", at - 1)) {
      if (files.has(key.slice(0, at))) throw badOffer(`offers ${JSON.stringify(key.slice(0, at))} as file and folder`);
    }
  }
}

/** `notes, photo.jpg and 12 more`: for a line on a terminal. */
export function namesOf({ items }: Offer): string {
  const names = items.slice(0, SHOWN_NAMES).map(({ name }) => shorten(harmless(name), SHOWN_WIDTH));
  const rest = items.length - names.length;
  return rest > 0 ? `${names.join(", ")} and ${rest} more` : names.join(", ");
}

/** Bytes of all; `undefined` if the sender does not know. */
export function totalBytes({ items }: Offer): number | undefined {
  let total = 0;
  for (const { size } of items.flatMap((item) => item.entries)) {
    if (size === null) return undefined;
    total += size;
  }
  return total;
}

/** `photo.jpg`, or `3 things`. */
export function describeOffer({ items }: Offer): string {
  const [first] = items;
  return items.length === 1 && first !== undefined ? harmless(first.name) : `${items.length} things`;
}

function badOffer(what: string): CliError {
  return new CliError(EXIT.notGenuine, "BAD_OFFER", `Refused: the sender ${harmless(what)}.`);
}
