import { isPeerhoodError, type PeerhoodErrorCode } from "@peerhood/core";

/**
 * One clause of a contract as a test of its own. Knows no test runner: feed the list to `it`, `test`, or call `run`
 * in a loop inside a browser page. A failing case rejects.
 */
export interface ConformanceCase {
  readonly name: string;
  run(): Promise<void>;
}

/** Long enough for a busy machine, short enough to be told by name before the test runner gives up (often 5 s). */
const DEFAULT_PATIENCE_MS = 4_000;

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Compares by `Object.is`, byte arrays and plain arrays element by element. */
export function assertEqual(actual: unknown, expected: unknown, message: string): void {
  const same =
    isList(actual) && isList(expected)
      ? actual.length === expected.length && expected.every((value, index) => Object.is(actual[index], value))
      : Object.is(actual, expected);
  if (!same) throw new Error(`${message}: expected ${show(expected)}, got ${show(actual)}`);
}

/** The promise must reject with a PeerhoodError of one of these codes; returns the code. */
export async function assertRejects(
  promise: PromiseLike<unknown>,
  codes: PeerhoodErrorCode | readonly PeerhoodErrorCode[],
  message: string,
): Promise<PeerhoodErrorCode> {
  const allowed: readonly string[] = typeof codes === "string" ? [codes] : codes;
  const outcome = await withPatience(
    promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    ),
    message,
  );
  if (!("error" in outcome)) throw new Error(`${message}: expected ${allowed.join(" or ")}, but it resolved`);
  const { error } = outcome;
  if (!isPeerhoodError(error)) throw new Error(`${message}: not a PeerhoodError`, { cause: error });
  if (!allowed.includes(error.code)) {
    throw new Error(`${message}: expected ${allowed.join(" or ")}, got ${error.code}`, { cause: error });
  }
  return error.code;
}

/** The promise's value, or a rejection that names what was waited for. */
export async function withPatience<T>(
  promise: PromiseLike<T>,
  what: string,
  patienceMs = DEFAULT_PATIENCE_MS,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing happened for ${patienceMs} ms`)), patienceMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

type List = ArrayLike<unknown> & { every: (check: (value: unknown, index: number) => boolean) => boolean };

function isList(value: unknown): value is List {
  return Array.isArray(value) || value instanceof Uint8Array;
}

function show(value: unknown): string {
  if (!isList(value)) return typeof value === "string" ? JSON.stringify(value) : String(value);
  const head = Array.from({ length: Math.min(value.length, 16) }, (_, index) => show(value[index]));
  return `[${head.join(", ")}${value.length > 16 ? `, … ${value.length} in all` : ""}]`;
}
