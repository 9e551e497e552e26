import { expect, it } from "vitest";
import { start } from "./testing/child.js";
import { createEnd, next } from "./testing/pair.js";

it("channels that a remote opens in-band and floods are closed, told, and block nothing", async () => {
  const end = createEnd();
  const child = start("flooding");
  try {
    child.on("message", async (message) => {
      const { answer, candidate, mid } = message as { answer?: string; candidate?: string; mid?: string };
      if (answer) await end.connection.acceptAnswer({ type: "answer", sdp: answer });
      if (candidate) await end.connection.addCandidate({ candidate: candidate.replace("a=", ""), sdpMid: mid ?? "" });
    });
    const offer = await end.connection.createOffer();
    child.send({ offer: offer.sdp });
    end.trickleTo({ addCandidate: async (one) => void child.send({ candidate: one?.candidate }) });
    await next(end.channel, "open");
    expect(await next(end.channel, "message")).toBe("flooded");
    end.channel.send("ping");
    expect(await next(end.channel, "message")).toBe("pong");
    expect(end.unexpected.length).toBeGreaterThanOrEqual(150);
    expect(end.unexpected[0]).toMatch(/^evil 0 \d+$/);
    expect(end.states).toEqual(["connecting", "connected"]);
    const startedAt = performance.now();
    await end.connection.close();
    expect(performance.now() - startedAt).toBeLessThan(900);
  } finally {
    child.kill("SIGKILL");
    await end.connection.close();
  }
});
