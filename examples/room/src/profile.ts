import { inventName } from "./names.js";

/** What this page tells the others about itself, and what it believes of what they tell. */
export interface Profile {
  readonly name: string;
  /** `Chrome 156`, `Firefox 153`, `Node 20.20`. */
  readonly runtime: string;
  /** The microphone is open and says nothing: others would wonder. */
  readonly muted: boolean;
}

const KEY = "peerhood.name";
const MAX_NAME = 40;

/** Metadata comes from strangers: any shape, any length, any character. */
export function readProfile(metadata: unknown): Profile {
  const { name, runtime, muted } = (metadata ?? {}) as Partial<Record<keyof Profile, unknown>>;
  return { name: clean(name) || "Somebody", runtime: clean(runtime), muted: muted === true };
}

/** One line without control characters and direction overrides, which could dress one name up as another. */
export function clean(value: unknown): string {
  if (typeof value !== "string") return "";
  return Array.from(
    value
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
      .replace(/\s+/g, " ")
      .trim(),
  )
    .slice(0, MAX_NAME)
    .join("");
}

export function ownProfile(): Profile {
  return { name: storedName() ?? inventName(), runtime: describeBrowser(navigator.userAgent), muted: false };
}

/** Kept for this tab and for the next visit; two tabs side by side keep their own names. */
export function keepName(name: string): void {
  try {
    sessionStorage.setItem(KEY, name);
    localStorage.setItem(KEY, name);
  } catch {
    // Storage is switched off: the name lasts as long as the page.
  }
}

function storedName(): string | undefined {
  try {
    return clean(sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY)) || undefined;
  } catch {
    return undefined;
  }
}

/** Order matters: Edge and Opera also say Chrome, Chrome also says Safari. */
const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ["Edge", /Edg\/(\d+)/],
  ["Opera", /OPR\/(\d+)/],
  ["Firefox", /Firefox\/(\d+)/],
  ["Chrome", /Chrom(?:e|ium)\/(\d+)/],
  ["Chrome", /HeadlessChrome\/(\d+)/],
  ["Safari", /Version\/(\d+).*Safari/],
];

function describeBrowser(agent: string): string {
  for (const [name, pattern] of BROWSERS) {
    const version = pattern.exec(agent)?.[1];
    if (version !== undefined) return `${name} ${version}`;
  }
  return "a browser";
}
