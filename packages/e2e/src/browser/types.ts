export const BROWSER_NAMES = ["chromium", "firefox"] as const;
export type BrowserName = (typeof BROWSER_NAMES)[number];

/** What the module of a page exports: functions whose arguments and results survive JSON. */
export type PageExports = Readonly<Record<string, (...args: never[]) => unknown>>;

export interface OpenOptions {
  /** TypeScript module of the page; it is bundled for the browser, and `call` reaches its exports. */
  readonly entry?: URL;
  /** Runs in the page before `entry` loads. Only the function's text travels: it sees nothing around it. */
  readonly before?: () => void;
  /** A page of another server on 127.0.0.1, instead of one made from `entry` and `before`. */
  readonly url?: string;
  /** Functions of this process that the page calls by name, as global ones; values survive JSON. */
  readonly expose?: Readonly<Record<string, (...args: never[]) => unknown>>;
  /**
   * A made-up host that the browser maps to 127.0.0.1: the page is then no secure context, as on a plain-http address
   * of a LAN.
   */
  readonly insecure?: boolean;
}

/** A page of either browser, driven in the same way. Its console and uncaught errors are part of each failure. */
export interface BrowserPage<Exports extends PageExports = PageExports> {
  readonly browser: BrowserName;
  readonly url: string;
  /** What the page said so far: console lines, uncaught errors. */
  readonly log: readonly string[];
  /** Errors and rejections in the page that nobody caught since the last call. */
  takeUncaught(): string[];
  /** Calls an export of the page's module and waits for its result. */
  call<Name extends keyof Exports & string>(
    name: Name,
    ...args: Parameters<Exports[Name]>
  ): Promise<Awaited<ReturnType<Exports[Name]>>>;
  /** Runs a function, or an expression, in the page. Only the function's text travels: it sees nothing around it. */
  evaluate<Result, Arg = undefined>(fn: ((arg: Arg) => Result) | string, arg?: Arg): Promise<Awaited<Result>>;
  reload(): Promise<void>;
  close(): Promise<void>;
}

export interface TestBrowser {
  readonly name: BrowserName;
  /** For what {@link BrowserPage} does not cover: playwright's `Browser`, or puppeteer's. */
  readonly native: unknown;
  /** Resolves when the page and its module have loaded. The pages of one browser share storage and broadcasts. */
  open<Exports extends PageExports>(options?: OpenOptions): Promise<BrowserPage<Exports>>;
  /** Closes all pages, ends the process and removes its profile. Idempotent. */
  close(): Promise<void>;
}

/** What the two drivers of browsers supply. */
export interface NativeBrowser {
  readonly native: unknown;
  newPage(onLog: (line: string) => void): Promise<NativePage>;
  close(): Promise<void>;
}

export interface NativePage {
  /** Resolves at the page's `load` event. */
  goto(url: string): Promise<void>;
  /** To be called before `goto`. */
  expose(name: string, fn: (...args: never[]) => unknown): Promise<void>;
  /** The value of an expression, a promise awaited. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** Of its command line, beside those that all tests have. Chromium only. */
  readonly args?: readonly string[];
  /** A command that runs the browser, as `nsenter` does: in another network namespace. Chromium only. */
  readonly inside?: readonly string[];
  /**
   * Whether there are a camera and a microphone that every page may use. To one that may not, its addresses are not told,
   * and its packets leave by whatever address there is. Chromium only. @default true
   */
  readonly media?: boolean;
}
