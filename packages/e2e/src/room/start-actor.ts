import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { TestBrowser } from "../browser/index.js";
import type * as actor from "./actor.js";

type Actor = typeof actor;

export interface RunningActor {
  call<Name extends keyof Actor>(
    name: Name,
    ...args: Parameters<Actor[Name]>
  ): Promise<Awaited<ReturnType<Actor[Name]>>>;
  /** In Node: resolves when the process has ended by itself, after `leave`. */
  close(): Promise<void>;
}

/** An actor in a page of that browser, or in a Node process of its own. */
export async function startActor(
  where: TestBrowser | "node",
  options: { insecure?: boolean } = {},
): Promise<RunningActor> {
  if (where === "node") return startNode();
  const page = await where.open<Actor>({ entry: new URL("./actor.ts", import.meta.url), ...options });
  return { call: (name, ...args) => page.call(name, ...args), close: () => page.close() };
}

const children = new Set<ChildProcess>();

/** Ends what a failed test has left. */
export function killActors(): void {
  for (const child of children) child.kill("SIGKILL");
}

function startNode(): RunningActor {
  const child = fork(fileURLToPath(new URL("./node-actor.ts", import.meta.url)), {
    execArgv: ["--unhandled-rejections=strict", "--conditions=@peerhood/source", "--import", "tsx"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let calls = 0;
  const ended = once(child, "exit").then(([code, signal]) => {
    for (const { reject } of waiting.values()) reject(new Error(`The actor's process ended: ${code ?? signal}.`));
    return code as number | null;
  });
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
    close: async () => {
      child.disconnect();
      const code = await ended;
      if (code !== 0) throw new Error(`The actor's process ended with ${code}.`);
    },
  };
}
