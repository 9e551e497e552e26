/** A driver is a bus of bytes: topics, publish, subscribe. It knows nothing of peers, rooms or WebRTC. */

/**
 * - `connecting`: not usable yet, or reconnecting; `publish` waits.
 * - `open`: published bytes reach the subscribers.
 * - `closed`: for good; every call rejects with `DRIVER_CLOSED`.
 */
export type DriverState = "connecting" | "open" | "closed";

export interface DriverSubscription {
  /** Stops delivery to this handler; the topic is left when its last handler is gone. Idempotent. */
  unsubscribe(): Promise<void>;
}

/**
 * The contract of signaling. `driverConformance` of `@peerhood/testing` is its executable form.
 *
 * Topics are strings of 1 to 256 characters out of `A-Z a-z 0-9 . _ - /`. Delivery is at most "best effort":
 * messages may be lost, late, doubled or reordered, and peerhood copes; a driver never has to.
 *
 * A driver may connect at first use only: do not wait for `open` before the first `subscribe` or `publish`, those
 * wait by themselves. A driver without subscriptions should not keep a process alive.
 */
export interface Driver {
  readonly state: DriverState;
  /** The largest message in bytes, at least 16,384. Absent: no limit of its own. */
  readonly maxBytes?: number;
  /**
   * Calls `handler` for each message published to `topic`, by anybody, this driver object included, from when the
   * promise resolves until `unsubscribe`. Survives reconnects. The bytes belong to the handler.
   * @throws PeerhoodError `DRIVER_CLOSED`, `DRIVER_REFUSED` (the broker said no), `TOKEN_EXPIRED`, `SIGNALING_LIMIT` (a
   * limit of the broker's), `SIGNALING_UNREACHABLE` (timeout)
   */
  subscribe(topic: string, handler: (data: Uint8Array) => void): Promise<DriverSubscription>;
  /**
   * Hands `data` to the broker. Resolves when it was handed over, not when it arrived.
   * @throws PeerhoodError `SIGNAL_TOO_LARGE` and those of `subscribe`
   */
  publish(topic: string, data: Uint8Array): Promise<void>;
  /** `state` with the new {@link DriverState}, `error` with a PeerhoodError. Returns a function that stops listening. */
  on(event: "state" | "error", handler: (value: unknown) => void): () => void;
  /**
   * Says that somebody is waiting for signals now: until the returned function is called, a dead broker is noticed
   * within seconds and reconnecting is eager. Counted, so several may attend. A driver that has no connection to
   * lose leaves it out.
   */
  attend?(): () => void;
  /**
   * The network of this machine has changed: the driver looks at once whether its connection still works, and connects
   * again at once if there is none. A driver whose client does that, or that has no connection to lose, leaves it out.
   */
  check?(): void;
  /** Closes for good and frees everything: sockets, timers. Idempotent. */
  close(): Promise<void>;
}
