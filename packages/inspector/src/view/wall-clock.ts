/** Turns times of the peer's clock into those of the wall; the difference is taken once, so that none of them moves. */
export class WallClock {
  #offsetMs: number | undefined;

  set(at: number): void {
    this.#offsetMs ??= Date.now() - at;
  }

  reset(): void {
    this.#offsetMs = undefined;
  }

  /** `14:02:07.125`, as the reader's own clock has it. */
  format(at: number): string {
    const date = new Date((this.#offsetMs ?? 0) + at);
    const two = (value: number): string => String(value).padStart(2, "0");
    const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
    return `${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
  }
}
