import type { NodeMediaStream } from "@peerhood/adapter-node";
import { startServer } from "@peerhood/server";
import { Peer, WebSocketDriver } from "peerhood";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { startActor, type RunningActor } from "../actors/start-actor.js";
import type { TestBrowser } from "../browser/index.js";
import type * as pageMember from "./page-member.js";

export type PageMember = RunningActor<typeof pageMember>;

const ENTRY = new URL("./page-member.ts", import.meta.url);

export interface Bot {
  readonly peer: Peer;
  /** The stream that a remote shares under that label, once it does. */
  stream(label: string): Promise<NodeMediaStream>;
}

export interface Meeting {
  room(): string;
  /** A member in this process. */
  bot(room: string): Promise<Bot>;
  /** A member in a page; it is connected to one other. */
  page(browser: TestBrowser, room: string): Promise<PageMember>;
}

/** A server, and members of its rooms, who have left without a complaint when a test ends. */
export function meeting(): Meeting {
  let server: Awaited<ReturnType<typeof startServer>>;
  let rooms = 0;
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    server = await startServer({ port: 0, host: "127.0.0.1" });
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });
  afterAll(() => server.close());
  return {
    room: () => `bots ${rooms++}`,
    async bot(room) {
      const driver = new WebSocketDriver(server.url);
      const peer = new Peer({ driver });
      const problems: string[] = [];
      peer.on("error", ({ error }) => void problems.push(error.message));
      ends.push(async () => {
        await peer.leave();
        await driver.close();
        expect(problems).toEqual([]);
      });
      await peer.join(room);
      const stream = (label: string): Promise<NodeMediaStream> =>
        new Promise((resolve) => {
          for (const { streams } of peer.remotes.values()) {
            const present = streams.get(label);
            if (present) return resolve(present as NodeMediaStream);
          }
          peer.on("stream:add", (event) => {
            if (event.label === label) resolve(event.stream as NodeMediaStream);
          });
        });
      return { peer, stream };
    },
    async page(browser, room) {
      const page = await startActor<typeof pageMember>(ENTRY, browser);
      await page.call("join", server.url, room);
      ends.push(async () => {
        expect(await page.call("leave")).toEqual([]);
        await page.close();
      });
      return page;
    },
  };
}
