// A member that asks and answers, the same in a page and in Node.
import { codeOf, joinRoom, type Member } from "../transfers/member.js";

let member: Member;
let running = 0;
const ended: string[] = [];
let wake = (): void => {};

export async function join(url: string, room: string, name: string): Promise<void> {
  member = await joinRoom(url, room, name, []);
  const { peer } = member;
  peer.respond("echo", ({ data }) => data);
  peer.respond("pipe", ({ data }) => data.stream);
  peer.respond("nothing", () => {});
  peer.respond("sum", async ({ data }) => ((await data) as number[]).reduce((sum, each) => sum + each, 0));
  peer.respond("refuse", () => {
    throw Object.assign(new Error("not for you"), { code: "E_FORBIDDEN", path: "/home/secret" });
  });
  peer.respond("wait", ({ signal }) => {
    running++;
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        running--;
        ended.push("aborted");
        wake();
        reject(signal.reason as Error);
      });
    });
  });
}

/** What comes back of each kind of payload. */
export async function echoes(): Promise<string[]> {
  const remote = await member.remote();
  const payloads: unknown[] = [
    "grüße 👋",
    { deep: [1, null, "x"] },
    new Uint8Array([1, 2, 3]),
    new Blob(["blob"], { type: "text/plain" }),
    new File(["file"], "ä.txt", { type: "text/css" }),
    new Blob(["streamed"]).stream(),
    undefined,
    "",
  ];
  return Promise.all(payloads.map(async (payload) => describe(await remote.request("echo", payload))));
}

/** A large payload that comes back as a stream, its bytes counted while it does. */
export async function pipe(bytes: number): Promise<number> {
  const remote = await member.remote();
  let count = 0;
  let sum = 0;
  const payload = new Uint8Array(bytes).map((_, index) => index % 251);
  for await (const chunk of remote.request("pipe", payload)) {
    for (const byte of chunk) sum += byte === count++ % 251 ? 0 : 1;
  }
  return sum === 0 ? count : -1;
}

/** Many at once; the sum of all replies. */
export async function sums(count: number): Promise<number> {
  const remote = await member.remote();
  const replies = await Promise.all(
    Array.from({ length: count }, (_, index) => remote.request<number>("sum", [index, 1])),
  );
  return replies.reduce((sum, each) => sum + each, 0);
}

export async function failures(): Promise<unknown> {
  const remote = await member.remote();
  const refused = await remote.request("refuse").then(
    () => "",
    (error: { code: string; message: string; remoteCode: string; stack: string }) => ({
      code: error.code,
      message: error.message,
      remoteCode: error.remoteCode,
      leaks: JSON.stringify({ ...error }).includes("secret") || error.stack.includes("requests.member.ts:2"),
    }),
  );
  const results = await member.peer.requestAll("sum", [20, 22], { to: [remote.id, "nobody"] });
  return {
    nothing: String(await remote.request("nothing")),
    refused,
    unknown: await codeOf(remote.request("no such method")),
    unsendable: await codeOf(remote.request("echo", () => {})),
    timeout: await codeOf(remote.request("wait", undefined, { timeoutMs: 50 })),
    all: [...results.values()].map((result) => (result.status === "fulfilled" ? result.value : result.reason.code)),
  };
}

/** Asks for what never comes, and gives up as soon as the handler runs. */
export async function giveUp(): Promise<string> {
  const aborting = new AbortController();
  const remote = await member.remote();
  const outcome = codeOf(remote.request("wait", undefined, { signal: aborting.signal }));
  // Begun after it, so its handler runs by then.
  await remote.request("nothing");
  aborting.abort();
  return outcome;
}

/** Resolves when that many handlers were told to stop. */
export async function stopped(count: number): Promise<number> {
  while (ended.length < count) await new Promise<void>((resolve) => (wake = resolve));
  return running;
}

/** What a request ends in whose remote goes away. */
export async function askForever(): Promise<string> {
  return codeOf((await member.remote()).request("wait", undefined, { timeoutMs: 60_000 }));
}

export async function leave(): Promise<string[]> {
  await member.leave();
  return member.background;
}

async function describe(value: unknown): Promise<string> {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag === "ArrayBuffer") return `${tag} ${[...new Uint8Array(value as ArrayBuffer)].join()}`;
  if (tag === "Blob") return `${tag} ${(value as Blob).type} ${await (value as Blob).text()}`;
  if (tag === "File") return `${tag} ${(value as File).name} ${await (value as File).text()}`;
  return `${tag} ${JSON.stringify(value)}`;
}
