/** What a broker between servers tells. */
export interface BrokerHandlers {
  /** It is there, for the first time or again; whatever was sent meanwhile may be lost. */
  up(): void;
  down(reason: unknown): void;
  /** What some server sent to a topic that is subscribed to. */
  message(payload: Uint8Array): void;
}

/** Carries bytes between servers, by topic. */
export interface Broker {
  /** Resolves once messages of these arrive. Those that are subscribed to already cost nothing. */
  subscribe(topics: readonly string[]): Promise<void>;
  unsubscribe(topic: string): void;
  /** Best effort: what can not be sent now is lost. */
  publish(topic: string, payload: Uint8Array): void;
  close(): Promise<void>;
}

/** Begins to connect, and goes on trying for as long as it is not closed. */
export type ConnectBroker = (handlers: BrokerHandlers) => Promise<Broker> | Broker;

export const PACE = {
  /** Silence of a broker: twice this, and it is taken for dead. */
  pingMs: 2_000,
  /** Between two attempts to connect: at first, and at most. */
  reconnectMinMs: 100,
  reconnectMaxMs: 1_000,
} as const;
/** Before all names at the broker, so that it may serve others, too. */
export const PREFIX = "peerhood";

/** A package that is only there where somebody wants it. */
export async function importOptional<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new Error(`This cluster needs the package ${name}: npm install ${name}`, { cause: error });
  }
}
