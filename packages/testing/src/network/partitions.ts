/** Which hosts are cut off from which. Hosts of one group reach each other; a host is in one group at a time. */
export class Partitions {
  readonly #groups = new Map<string, number>();
  #last = 0;

  /** Cuts these hosts off from all others, not from each other. */
  split(hosts: Iterable<string>): void {
    this.#last++;
    for (const host of hosts) this.#groups.set(host, this.#last);
  }

  heal(): void {
    this.#groups.clear();
  }

  areSevered(from: string, to: string): boolean {
    return from !== to && this.#groups.get(from) !== this.#groups.get(to);
  }
}
