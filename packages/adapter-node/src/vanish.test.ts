import type { IceCandidate, SessionDescription } from "@peerhood/core";
import { describe, expect, it } from "vitest";
import { start } from "./testing/child.js";
import { createEnd, next } from "./testing/pair.js";

describe("a remote that is killed", () => {
  it("is noticed: the channel closes, and the states end with closed, by themselves", async () => {
    const end = createEnd();
    const child = start("vanishing");
    try {
      child.on("message", async (message) => {
        const { answer, candidate } = message as { answer?: SessionDescription; candidate?: IceCandidate | null };
        if (answer) await end.connection.acceptAnswer(answer);
        if (candidate !== undefined) await end.connection.addCandidate(candidate);
      });
      child.send({ offer: await end.connection.createOffer() });
      end.trickleTo({ addCandidate: async (candidate) => void child.send({ candidate }) });
      await next(end.channel, "message");
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
      const closed = next(end.channel, "close");
      // With traffic libdatachannel notices after 14 s; that it is told is what counts here.
      const talking = setInterval(() => end.channel.readyState === "open" && end.channel.send("hello?"), 100);
      await closed;
      clearInterval(talking);
      await end.connection.close();
      expect(end.states.slice(0, 2)).toEqual(["connecting", "connected"]);
      expect(end.states.at(-1)).toBe("closed");
    } finally {
      child.kill("SIGKILL");
      await end.connection.close();
    }
  }, 40_000);
});
