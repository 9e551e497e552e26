import { startServer } from "@peerhood/server";
import { afterAll, afterEach, beforeAll } from "vitest";
import { killActors } from "./start-actor.js";

export interface MeetingServer {
  /** As soon as the first test begins. */
  readonly url: string;
}

/** The signaling server by which the actors of a file's tests meet; those that a test leaves running are killed after it. */
export function meetingServer(): MeetingServer {
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    server = await startServer({ port: 0, host: "127.0.0.1" });
  });
  afterEach(killActors);
  afterAll(() => server.close());
  return {
    get url() {
      return server.url;
    },
  };
}
