import { SIGNALING_VERSION } from "./constants.js";

/** What a member tells the whole room: that it is there, or that it goes. */
export interface RoomDatagram {
  readonly kind: "hello" | "bye";
  readonly from: string;
  /** Random per join: tells two stays of one peer apart. */
  readonly instance: string;
}

/**
 * What one member tells another. `pair` numbers rise with each new attempt of one instance to meet the same remote,
 * so whatever belongs to an older attempt can be told and dropped.
 */
export interface PairDatagram {
  readonly kind: "pair";
  readonly from: string;
  readonly instance: string;
  readonly pair: number;
  readonly toInstance: string;
  /** 0: the sender has not heard from the receiver's attempt yet. */
  readonly toPair: number;
  /** All messages below this number have arrived. */
  readonly ack: number;
  /** Number of the first of `messages`. */
  readonly first: number;
  readonly messages: readonly unknown[];
}

export type Datagram = RoomDatagram | PairDatagram;

/** A datagram of another version of the protocol: its sender is told apart from noise. */
export interface ForeignDatagram {
  readonly kind: "foreign";
  readonly from: string;
  readonly version: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const ID = /^[a-z2-7]{32}$/;
const INSTANCE = /^[a-z2-7]{16}$/;

export function encodeDatagram(datagram: Datagram): Uint8Array {
  const { kind, from, instance } = datagram;
  const head = { v: SIGNALING_VERSION, k: kind, f: from, i: instance };
  if (datagram.kind !== "pair") return encoder.encode(JSON.stringify(head));
  const { pair, toInstance, toPair, ack, first, messages } = datagram;
  return encoder.encode(JSON.stringify({ ...head, n: pair, I: toInstance, N: toPair, a: ack, s: first, m: messages }));
}

/** `undefined` for anything that is not one: a topic is open to all, so noise is expected and harmless. */
export function decodeDatagram(data: Uint8Array): Datagram | ForeignDatagram | undefined {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(data));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { v, k, f, i, n, I, N, a, s, m } = value as Record<string, unknown>;
  if (typeof f !== "string" || !ID.test(f)) return undefined;
  if (v !== SIGNALING_VERSION) {
    return Number.isSafeInteger(v) ? { kind: "foreign", from: f, version: v as number } : undefined;
  }
  if (!isInstance(i)) return undefined;
  if (k === "hello" || k === "bye") return { kind: k, from: f, instance: i };
  if (k !== "pair" || !isInstance(I) || !Array.isArray(m)) return undefined;
  if (!isCount(n) || n === 0 || !isCount(N) || !isCount(a) || !isCount(s)) return undefined;
  return { kind: "pair", from: f, instance: i, pair: n, toInstance: I, toPair: N, ack: a, first: s, messages: m };
}

function isInstance(value: unknown): value is string {
  return typeof value === "string" && INSTANCE.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
