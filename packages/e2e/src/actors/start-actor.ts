import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PageExports, TestBrowser } from "../browser/types.js";

/** A module whose exports are called from outside, the same in a page and in Node. */
export interface RunningActor<Actor extends PageExports> {
  call<Name extends keyof Actor & string>(
    name: Name,
    ...args: Parameters<Actor[Name]>
  ): Promise<Awaited<ReturnType<Actor[Name]>>>;
  /** Of its process, in Node. */
  readonly pid: number | undefined;
  /** In Node: resolves when the process has ended by itself, after it has left. A page is closed as a tab is. */
  close(): Promise<void>;
  /** In Node: SIGKILL. */
  kill(): Promise<void>;
}

interface StartOptions {
  readonly insecure?: boolean;
  /** Of the Node process. */
  readonly nodeArgs?: readonly string[];
  /** A command that runs the Node process, as `nsenter` does. */
  readonly inside?: readonly string[];
}

/** An actor in a page of that browser, or in a Node process of its own. */
export async function startActor<Actor extends PageExports>(
  entry: URL,
  where: TestBrowser | "node",
  { insecure, nodeArgs, inside }: StartOptions = {},
): Promise<RunningActor<Actor>> {
  if (where === "node") return startNode(entry, nodeArgs ?? [], inside ?? []);
  const page = await where.open<Actor>({ entry, ...(insecure === undefined ? {} : { insecure }) });
  const close = (): Promise<void> => page.close();
  return { call: (name, ...args) => page.call(name, ...args), pid: undefined, close, kill: close };
}

const children = new Set<ChildProcess>();

/** Ends what a failed test has left. */
export function killActors(): void {
  for (const child of children) child.kill("SIGKILL");
}

async function startNode<Actor extends PageExports>(
  entry: URL,
  nodeArgs: readonly string[],
  [command = process.execPath, ...inside]: readonly string[],
): Promise<RunningActor<Actor>> {
  const child = fork(fileURLToPath(new URL("./node-actor.ts", import.meta.url)), [entry.href], {
    execPath: command,
    execArgv: [
      ...(command === process.execPath ? [] : [...inside, process.execPath]),
      "--unhandled-rejections=strict",
      "--conditions=@peerhood/source",
      "--import",
      "tsx",
      ...nodeArgs,
    ],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let calls = 0;
  const ended = once(child, "exit").then(([code, signal]) => {
    for (const { reject } of waiting.values()) reject(new Error(`The actor's process ended: ${code ?? signal}.`));
    return code as number | null;
  });
  const start = await Promise.race([once(child, "message"), ended]);
  if (!Array.isArray(start)) throw new Error(`The actor's process ended with ${start}.`);
  child.on("message", ({ id, value, error }: { id: number; value: never; error?: string }) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(error));
  });
  return {
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        const id = calls++;
        waiting.set(id, { resolve, reject });
        child.send({ id, name, args });
      }),
    pid: child.pid,
    close: async () => {
      child.disconnect();
      const code = await ended;
      if (code !== 0) throw new Error(`The actor's process ended with ${code}.`);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
