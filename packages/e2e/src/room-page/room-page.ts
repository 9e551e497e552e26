import type { BrowserPage, TestBrowser } from "../browser/index.js";

/** The page of examples/room, as somebody who sits in front of it uses it. */
export class RoomPage {
  readonly #page: BrowserPage;

  private constructor(page: BrowserPage) {
    this.#page = page;
  }

  /** Opens it on the made-up host that is no secure context, or on this machine's own address, which is one. */
  static async open(browser: TestBrowser, url: string, { secure = false } = {}): Promise<RoomPage> {
    const page = await browser.open({ url, insecure: !secure });
    await page.evaluate(watchFiles);
    return new RoomPage(page);
  }

  isSecureContext(): Promise<unknown> {
    return this.#page.evaluate("[isSecureContext, typeof crypto.subtle]");
  }

  evaluate<T>(expression: string): Promise<T> {
    return this.#page.evaluate(expression) as Promise<T>;
  }

  /** Clicks the button with this id. */
  async press(id: string): Promise<void> {
    await this.evaluate(`document.getElementById(${JSON.stringify(id)}).click()`);
  }

  /** What the page says about the others, once one is there and the path to it is known. */
  others(): Promise<string[]> {
    return this.until<string[]>(
      `(() => {
        const people = Array.from(document.querySelectorAll('#people .person[data-state="connected"] .state'));
        const told = people.map((state) => state.textContent);
        return told.length > 0 && !told.some((words) => words.startsWith("connected")) && told;
      })()`,
    );
  }

  async say(text: string): Promise<void> {
    await this.#page.evaluate((words) => {
      const box = document.querySelector<HTMLTextAreaElement>("#message");
      if (box === null) throw new Error("There is no message box.");
      box.value = words;
      box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    }, text);
  }

  /** Resolves when that line stands in the log, and, where it is one's own, has been delivered. */
  hears(text: string): Promise<true> {
    const words = JSON.stringify(text);
    return this.until(
      `Array.from(document.querySelectorAll("#log .text")).some((line) =>
        line.textContent === ${words} && line.dataset.delivery === undefined)`,
    );
  }

  /** Hands the page a file of noise, by its input or dropped onto it. */
  async give(name: string, bytes: number, how: "choose" | "drop"): Promise<void> {
    const args = JSON.stringify([name, how]).slice(1, -1);
    await this.#page.evaluate(`(${handOver.toString()})((${noise.toString()})(${bytes}), ${args})`);
  }

  /** The bytes behind the link "Save <name>", when it is there. */
  async saved(name: string): Promise<Buffer> {
    const href = await this.until<string>(`document.querySelector('a[aria-label="Save ${name}"]')?.href`);
    return Buffer.from(await this.#page.evaluate(contentOf, href), "base64");
  }

  /** What the progress bars showed on the way: how far of the whole, from 0 to 1. */
  barsShown(): Promise<number[]> {
    return this.#page.evaluate("barsShown");
  }

  /** How the legs of all files ended. */
  legs(): Promise<string[]> {
    return this.until(
      `(() => {
        const legs = Array.from(document.querySelectorAll(".leg"), (leg) => leg.dataset.status);
        return legs.some((status) => status === "waiting" || status === "moving") ? undefined : legs;
      })()`,
    );
  }

  problems(): Promise<string[]> {
    return this.#page.evaluate(
      `Array.from(document.querySelectorAll(".problem, .text-problem"), (line) => line.textContent)`,
    );
  }

  close(): Promise<void> {
    return this.#page.close();
  }

  /** Asks again at each change of the document. */
  until<T>(expression: string): Promise<T> {
    return this.#page.evaluate(`new Promise((resolve, reject) => {
      const look = () => {
        try {
          const value = ${expression};
          if (!value) return;
          observer.disconnect();
          resolve(value);
        } catch (error) {
          reject(error);
        }
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      look();
    })`);
  }
}

/** In the page: keeps what its bars show, and what its links lead to, which its own policy lets no script fetch. */
function watchFiles(): void {
  const barsShown: number[] = [];
  const blobs = new Map<string, Blob>();
  Object.assign(globalThis, { barsShown, blobs });
  const create = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (blob: Blob) => {
    const url = create(blob);
    blobs.set(url, blob);
    return url;
  };
  new MutationObserver(() => {
    for (const bar of document.querySelectorAll<HTMLProgressElement>('.leg[data-status="moving"] progress')) {
      if (bar.getBoundingClientRect().width > 0) barsShown.push(bar.position);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

/** In the page. */
function handOver(content: Uint8Array<ArrayBuffer>, name: string, how: "choose" | "drop"): void {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([content], name));
  if (how === "drop") {
    dispatchEvent(new DragEvent("dragenter", { dataTransfer, cancelable: true }));
    dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
    return;
  }
  const input = document.querySelector<HTMLInputElement>("#files");
  if (input === null) throw new Error("There is no input for files.");
  input.files = dataTransfer.files;
  input.dispatchEvent(new Event("change"));
}

/** In the page: what the link leads to, as base64. */
function contentOf(href: string): Promise<string> {
  const blob = (globalThis as unknown as { blobs: Map<string, Blob> }).blobs.get(href);
  if (blob === undefined) throw new Error("The link leads to nothing that this page has made.");
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).split(",")[1] ?? ""));
    reader.readAsDataURL(blob);
  });
}

/** Bytes without a pattern, the same ones in the page and here. */
export function noise(bytes: number): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(bytes);
  let state = bytes;
  for (let index = 0; index < bytes; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    content[index] = state >>> 24;
  }
  return content;
}
