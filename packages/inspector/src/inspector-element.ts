import type { PeerSnapshot, SnapshotOptions } from "@peerhood/core";
import { INTERVAL_MS, MIN_INTERVAL_MS } from "./constants.js";
import { History } from "./history.js";
import { STYLE } from "./style.js";
import { InspectorView } from "./view/inspector-view.js";
import { VisiblePoll } from "./visible-poll.js";

/** What can be inspected: a Peer, or anything that gives its snapshots. */
export interface Inspectable {
  snapshot(options?: SnapshotOptions): Promise<PeerSnapshot>;
}

/** On a server, where pages are rendered, there are no elements; the class exists there and is of no use. */
const ElementBase = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement);

/**
 * `<peerhood-inspector>`: shows what a peer is doing, a few times a second while it can be seen.
 *
 * ```ts
 * const inspector = document.createElement("peerhood-inspector");
 * inspector.peer = peer;
 * document.body.append(inspector);
 * ```
 *
 * Attributes: `interval`, milliseconds from one snapshot to the next (400, at least 100); `addresses`, shows IP addresses
 * of candidates. Both may change at any time.
 */
export class PeerhoodInspector extends ElementBase {
  readonly #history = new History();
  #view: InspectorView | undefined;
  #poll: VisiblePoll | undefined;
  #peer: Inspectable | undefined;
  #snapshot: PeerSnapshot | undefined;
  #paused = false;

  /** Whose snapshots are shown; may be set and changed at any time. */
  get peer(): Inspectable | undefined {
    return this.#peer;
  }

  set peer(peer: Inspectable | undefined) {
    if (peer === this.#peer) return;
    this.#peer = peer;
    this.#history.clear();
    this.#snapshot = undefined;
    this.#view?.clear();
    this.#poll?.wake();
  }

  /** What is shown; `undefined` before the first. */
  get snapshot(): PeerSnapshot | undefined {
    return this.#snapshot;
  }

  /** Stands still; the button "Pause" sets it too. */
  get paused(): boolean {
    return this.#paused;
  }

  set paused(paused: boolean) {
    this.#paused = paused;
    this.#view?.showPaused(paused);
    this.#poll?.wake();
  }

  /** @internal */
  connectedCallback(): void {
    this.#view ??= this.#createView();
    this.#poll ??= new VisiblePoll(
      this,
      () => Math.max(MIN_INTERVAL_MS, Number(this.getAttribute("interval")) || INTERVAL_MS),
      () => this.#tick(),
    );
    this.#poll.start();
  }

  /** @internal */
  disconnectedCallback(): void {
    this.#poll?.stop();
  }

  #createView(): InspectorView {
    const root = this.attachShadow({ mode: "open" });
    // Not an element: a page whose policy forbids inline styles may use it as well.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    return new InspectorView(root, this.#history, {
      pause: () => (this.paused = !this.#paused),
      select: () => this.#draw(),
      save: () => this.#snapshot,
    });
  }

  async #tick(): Promise<void> {
    const peer = this.#peer;
    if (peer === undefined || this.#paused) return;
    let snapshot: PeerSnapshot;
    try {
      snapshot = await peer.snapshot({ addresses: this.hasAttribute("addresses") });
    } catch (error) {
      this.#view?.showProblem(error instanceof Error ? error.message : String(error));
      return;
    }
    // Another peer was set meanwhile, or the button was pressed.
    if (peer !== this.#peer || this.#paused) return;
    this.#snapshot = snapshot;
    this.#history.add(snapshot);
    this.#draw();
  }

  #draw(): void {
    if (this.#snapshot !== undefined) this.#view?.show(this.#snapshot);
  }
}
