import { browserAdapter } from "@peerhood/adapter-browser";
import { PairEnd } from "./pair-end.js";

let end: PairEnd;

export async function start(): Promise<void> {
  await browserAdapter.load?.();
  end = new PairEnd(browserAdapter);
}

type Method = Exclude<keyof PairEnd, symbol>;

/** Calls a method of this page's end. */
export function call(method: Method, ...args: never[]): unknown {
  return (end[method] as (...given: never[]) => unknown).apply(end, args);
}
