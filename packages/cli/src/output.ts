import { type CliError, outputFailed } from "./exit-codes.js";
import { harmless } from "./format.js";
import { type Progress, progressLine, RateMeter } from "./progress-line.js";

const DRAW_EVERY_MS = 100;
const TELL_EVERY_MS = 500;

export interface OutputOptions {
  readonly json?: boolean | undefined;
  /** Where JSON lines go: beside data that takes stdout, to stderr. @default stdout */
  readonly jsonTo?: NodeJS.WriteStream;
  readonly quiet?: boolean | undefined;
}

/** Words and bars for people on stderr, JSON lines for programs; nothing on stdout that is no data. */
export class Output {
  readonly #json: boolean;
  readonly #jsonTo: NodeJS.WriteStream;
  readonly #quiet: boolean;
  readonly #meter = new RateMeter();
  #drawnAtMs = -Infinity;
  #toldAtMs = -Infinity;
  #drawn = "";

  constructor({ json = false, jsonTo = process.stdout, quiet = false }: OutputOptions = {}) {
    this.#json = json;
    this.#jsonTo = jsonTo;
    this.#quiet = quiet;
  }

  get json(): boolean {
    return this.#json;
  }

  /** Words are not wanted; those that are needed are, nevertheless. */
  get quiet(): boolean {
    return this.#quiet && !this.#json;
  }

  /** Whether somebody can be asked. */
  get interactive(): boolean {
    return !this.#json && process.stdin.isTTY && process.stderr.isTTY;
  }

  /** One event: `words` for people (none: it is only for programs), the rest for programs. */
  tell(event: string, details: Readonly<Record<string, unknown>>, words?: string): void {
    if (this.#json) this.#jsonTo.write(`${JSON.stringify({ event, ...details })}\n`);
    else if (words !== undefined && !this.#quiet) this.say(words);
  }

  /** A line on stderr that is not needed. */
  note(words: string): void {
    if (!this.#json && !this.#quiet) this.say(words);
  }

  /** A line on stderr, above the bar. */
  say(words: string): void {
    const drawn = this.#drawn;
    this.clear();
    process.stderr.write(`${words}\n`);
    if (drawn !== "") this.#draw(drawn);
  }

  /** What a failure ends with. */
  fail(error: CliError): void {
    this.clear();
    if (this.#json) {
      const { code, exitCode, message } = error;
      this.#jsonTo.write(`${JSON.stringify({ event: "error", code, exitCode, message })}\n`);
    } else process.stderr.write(`peerhood: ${error.message.split("\n").map(harmless).join("\n")}\n`);
  }

  /** How far it is: a bar that is drawn over itself, or an event each half second. `last` is always shown. */
  progress(label: string, current: number, total: number | undefined, last = false): void {
    const nowMs = performance.now();
    this.#meter.add(current, nowMs);
    const progress: Progress = { current, total, rate: this.#meter.rate };
    if (this.#json) {
      if (!last && nowMs - this.#toldAtMs < TELL_EVERY_MS) return;
      this.#toldAtMs = nowMs;
      const rate = progress.rate === undefined ? undefined : Math.round(progress.rate);
      this.tell("progress", { current, total, bytesPerSecond: rate });
      return;
    }
    if (this.#quiet || !process.stderr.isTTY || (!last && nowMs - this.#drawnAtMs < DRAW_EVERY_MS)) return;
    this.#drawnAtMs = nowMs;
    this.#draw(progressLine(label, progress, process.stderr.columns ?? 80));
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#drawn !== "") process.stderr.write("\r\u001B[K");
    this.#drawn = "";
  }

  #draw(line: string): void {
    process.stderr.write(`\r${line}\u001B[K`);
    this.#drawn = line;
  }
}

/** Bold on a terminal that may be coloured; the colours themselves stay the reader's, light or dark. */
export function strong(text: string): string {
  const plain = !process.stderr.isTTY || (process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb";
  return plain ? text : `\u001B[1m${text}\u001B[22m`;
}

/** Resolves when that has been taken, so that a slow reader sets the pace. */
export function writeData(bytes: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => {
      if (error == null) resolve();
      else reject(outputFailed(error));
    });
  });
}
