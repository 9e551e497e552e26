import { isPeerhoodError, type PeerhoodErrorCode } from "@peerhood/core";
import { assert } from "../case.js";
import { connect, type ChannelPair, type ConnectedPair } from "./connected-pair.js";
import type { AdapterConformanceCase, AdapterConformanceContext } from "./context.js";
import { Side, type SideOptions } from "./side.js";
import { delay, within } from "./waiting.js";

/** How long a closed connection is watched for calls that must not come any more, in milliseconds. */
const AFTERMATH_MS = 5;

/** What a case works with: makes sides, waits, and closes and checks all of it at the end. */
export class Testbed {
  readonly context: AdapterConformanceContext;
  readonly #sides: Side[] = [];

  constructor(context: AdapterConformanceContext) {
    this.context = context;
  }

  /** A connection of the adapter under test. */
  local(options?: SideOptions): Side {
    return this.#add(new Side(this.context.adapter, options));
  }

  /** A connection of the other side's adapter. */
  remote(options?: SideOptions): Side {
    return this.#add(new Side(this.context.remoteAdapter ?? this.context.adapter, options));
  }

  connect(a: Side, b: Side, control?: ChannelPair): Promise<ConnectedPair> {
    return connect(this.context, a, b, control);
  }

  pair(): Promise<ConnectedPair> {
    return this.connect(this.local(), this.remote());
  }

  within<T>(what: string, promise: PromiseLike<T>): Promise<T> {
    return within(this.context, what, promise);
  }

  /** The promise must reject with a PeerhoodError of that code. */
  async rejects(what: string, code: PeerhoodErrorCode, promise: PromiseLike<unknown>): Promise<void> {
    checkError(what, [code], await this.#errorOf(what, promise));
  }

  /** The promise may resolve; if it rejects, then with a PeerhoodError of that code. */
  async mayReject(what: string, code: PeerhoodErrorCode, promise: PromiseLike<unknown>): Promise<void> {
    const error = await this.#errorOf(what, promise);
    if (error !== undefined) checkError(what, [code], error);
  }

  /** The call must throw a PeerhoodError of that code, at once. */
  throws(what: string, code: PeerhoodErrorCode, call: () => unknown): void {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    checkError(what, [code], thrown);
  }

  /** Closes all sides, then fails if any rule of the handlers was broken. */
  async finish(): Promise<void> {
    await within(this.context, "close()", Promise.all(this.#sides.map((side) => side.connection.close())));
    await delay(this.context.clock, AFTERMATH_MS);
    for (const side of this.#sides) {
      assert(side.violations.length === 0, [...new Set(side.violations)].join("; "));
      checkStates(side);
    }
  }

  #add(side: Side): Side {
    this.#sides.push(side);
    return side;
  }

  async #errorOf(what: string, promise: PromiseLike<unknown>): Promise<unknown> {
    return this.within(
      what,
      promise.then(
        () => undefined,
        (error: unknown) => error ?? new Error("rejected without a reason"),
      ),
    );
  }
}

/** A case with a testbed of its own. */
export function adapterCase(
  name: string,
  body: (bed: Testbed) => Promise<void>,
  requires?: keyof AdapterConformanceContext,
): AdapterConformanceCase {
  return {
    name,
    ...(requires === undefined ? {} : { requires }),
    async run(context) {
      const bed = new Testbed(context);
      try {
        await body(bed);
      } catch (error) {
        // What failed first says more than what the clean-up finds.
        await bed.finish().catch(() => {});
        throw error;
      }
      await bed.finish();
    },
  };
}

function checkError(what: string, codes: readonly PeerhoodErrorCode[], error: unknown): void {
  const expected = codes.join(" or ");
  assert(error !== undefined, `${what}: ${expected} expected, but it succeeded`);
  if (!isPeerhoodError(error)) throw new Error(`${what}: not a PeerhoodError but ${String(error)}`, { cause: error });
  if (!codes.includes(error.code)) {
    throw new Error(`${what}: ${expected} expected, not ${error.code}: ${error.message}`, { cause: error });
  }
}

function checkStates({ connection, states }: Side): void {
  assert(connection.state === "closed", `state is ${connection.state} after close()`);
  const repeated = states.some((state, index) => state === (states[index - 1] ?? "new"));
  assert(!repeated, `a state was told without a change: ${states.join(", ")}`);
  assert(states.indexOf("closed") === states.length - 1, `closed is told last: ${states.join(", ")}`);
  assert(states.length > 0, "closed was not told");
}
