import { spawn } from "node:child_process";
import { bundleEnd } from "./bundle-end.js";
import type { EndModule, Place } from "./place.js";

export interface NodePlaceOptions {
  /** Put before the command: `ip netns exec name`. */
  readonly prefix?: readonly string[];
  readonly nodeArgs?: readonly string[];
  /** Everything that one of these processes tells on its own account is told to all of them, that one included. */
  readonly tells?: Set<(told: unknown) => void>;
}

interface Answer {
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: string;
  readonly told?: unknown;
}

/** A Node process of its own that runs the module `ends/<name>.ts`. */
export async function startNode<End extends EndModule>(
  name: string,
  { prefix = [], nodeArgs = [], tells }: NodePlaceOptions = {},
): Promise<Place<End>> {
  const path = await bundleEnd(name);
  const [command = process.execPath, ...args] = [...prefix, process.execPath, ...nodeArgs, path];
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  let ended: string | undefined;
  child.on("message", ({ id, value, error, told }: Answer) => {
    if (told !== undefined) for (const tell of tells ?? []) tell(told);
    const call = waiting.get(id ?? -1);
    waiting.delete(id ?? -1);
    if (error !== undefined) call?.reject(new Error(`${name}: ${error}`));
    else call?.resolve(value);
  });
  const tell = (told: unknown): void => void child.send({ told });
  tells?.add(tell);
  const exited = new Promise<void>((resolve) => {
    const end = (why: string): void => {
      ended = why;
      tells?.delete(tell);
      for (const { reject } of waiting.values()) reject(new Error(why));
      waiting.clear();
      resolve();
    };
    child.once("error", (error) => end(`${command} can not be started: ${error.message}`));
    child.once("exit", (code, signal) => end(`The process of ${name} ended with ${signal ?? code}.`));
  });
  return {
    call: (method, ...given) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(new Error(ended));
        const id = ++lastId;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        child.send({ id, name: method, args: given });
      }),
    close: async () => {
      if (ended === undefined) child.send({ exit: true });
      await exited;
    },
  };
}
