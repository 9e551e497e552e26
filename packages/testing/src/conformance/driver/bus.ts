import type { Driver } from "@peerhood/core";
import { assert, withPatience, type ConformanceCase } from "../case.js";
import type { DriverConformanceOptions } from "./options.js";

/** What one case works with: drivers of one bus, and topics that nobody else uses. */
export class Bus {
  readonly #options: DriverConformanceOptions;
  readonly #drivers: Driver[] = [];
  readonly #run = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join("");

  constructor(options: DriverConformanceOptions) {
    this.#options = options;
  }

  async driver(): Promise<Driver> {
    return this.keep(await this.#options.createDriver());
  }

  /** The driver will be closed at the end of the case. */
  keep(driver: Driver): Driver {
    this.#drivers.push(driver);
    return driver;
  }

  topic(name = "topic"): string {
    return `conformance/${this.#run}/${name}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.#drivers.map((driver) => withPatience(driver.close(), "close")));
  }
}

export function driverCase(
  options: DriverConformanceOptions,
  name: string,
  test: (bus: Bus) => Promise<void>,
): ConformanceCase {
  return {
    name,
    run: async () => {
      const bus = new Bus(options);
      try {
        await test(bus);
      } finally {
        await bus.close();
      }
    },
  };
}

/** A handler that remembers. */
export class Inbox {
  readonly messages: Uint8Array[] = [];
  readonly #waiting = new Set<() => void>();
  readonly handler = (data: Uint8Array): void => {
    this.messages.push(data);
    for (const look of this.#waiting) look();
  };

  get texts(): string[] {
    return this.messages.map(decode);
  }

  /** Resolves once a message is there that fits. */
  async received(text: string): Promise<void> {
    await withPatience(
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (!this.messages.some((message) => decode(message) === text)) return;
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
        look();
      }),
      `message ${JSON.stringify(text.slice(0, 40))}`,
    );
  }

  /** The first message, when there is one. */
  async first(): Promise<Uint8Array> {
    if (this.messages.length === 0) {
      await withPatience(new Promise<void>((resolve) => this.#waiting.add(resolve)), "a first message");
    }
    const [message] = this.messages;
    assert(message !== undefined, "the inbox is empty");
    return message;
  }
}

/** Publishes until the message has arrived, for a bus that is just coming back and may still lose some. */
export async function publishUntilReceived(from: Driver, topic: string, text: string, to: Inbox): Promise<void> {
  const arrived = to.received(text).then(() => true);
  // Whoever fails first speaks for both.
  arrived.catch(() => {});
  do {
    await withPatience(from.publish(topic, encode(text)), "publish on a bus that comes back");
  } while (!(await Promise.race([arrived, pause()])));
}

/** Long beside a round trip on one machine, short beside a reconnect. */
const REPEAT_MS = 50;

function pause(): Promise<false> {
  return new Promise((resolve) => void setTimeout(() => resolve(false), REPEAT_MS));
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
