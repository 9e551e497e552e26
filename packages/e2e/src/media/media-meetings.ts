import { expect } from "vitest";
import { meetingServer } from "../actors/meeting-server.js";
import { startActor, type RunningActor } from "../actors/start-actor.js";
import type { TestBrowser } from "../browser/index.js";
import type * as mediaActor from "./media-actor.js";

export type Member = RunningActor<typeof mediaActor>;

const ENTRY = new URL("./media-actor.ts", import.meta.url);

export interface Meetings {
  serverUrl(): string;
  create(browser: TestBrowser): Promise<Member>;
  /** Two in a room of their own, connected. */
  meet(...browsers: TestBrowser[]): Promise<[Member, Member]>;
  /** They leave, and nothing went wrong on the way. */
  end(...members: Member[]): Promise<void>;
}

/** Members that share their fake devices, and the server by which they meet, for the tests of a file. */
export function mediaMeetings(): Meetings {
  const server = meetingServer();
  let rooms = 0;
  const create = (browser: TestBrowser): Promise<Member> => startActor<typeof mediaActor>(ENTRY, browser);
  return {
    serverUrl: () => server.url,
    create,
    async meet(...browsers) {
      const room = `media ${rooms++}`;
      const members = await Promise.all(browsers.map(create));
      await Promise.all(members.map((member) => member.call("join", server.url, room)));
      return members as [Member, Member];
    },
    async end(...members) {
      for (const member of members) expect(await member.call("leave")).toEqual([]);
      await Promise.all(members.map((member) => member.close()));
    },
  };
}
