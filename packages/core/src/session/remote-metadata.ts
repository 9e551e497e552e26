import { SerialQueue } from "../util/serial-queue.js";

/** What a remote advertises: changes are decided on one after the other, and one that comes late is dropped. */
export class RemoteMetadata {
  value: unknown;
  readonly #queue = new SerialQueue();
  readonly #onChange: (metadata: unknown) => void;
  #number = 0;

  constructor(onChange: (metadata: unknown) => void) {
    this.#onChange = onChange;
  }

  /** `decide` says whether the change of that number takes effect. */
  change(number: number, metadata: unknown, decide: (previous: unknown) => Promise<boolean>): void {
    if (!(number > this.#number)) return;
    this.#number = number;
    void this.#queue.run(async () => {
      if (!(await decide(this.value))) return;
      this.value = metadata;
      this.#onChange(metadata);
    });
  }
}
