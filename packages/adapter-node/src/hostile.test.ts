import { describe, expect, it } from "vitest";
import { run } from "./testing/child.js";
import { close, createEnd } from "./testing/pair.js";

describe("a hostile remote", () => {
  it.each(["1", "20261123"])("can not end the process with descriptions and candidates, seed %s", async (seed) => {
    const { code, output } = await run("hostile-sdp", { args: [seed], timeoutMs: 50_000 });
    expect({ code, output }).toMatchObject({ code: 0 });
    const counts = JSON.parse(/survived (.*)/.exec(output)?.[1] ?? "{}") as Record<string, number>;
    // Both must happen, or what was sent is not on the edge.
    for (const what of ["offer taken", "answer taken", "offer INVALID_DESCRIPTION", "answer INVALID_DESCRIPTION"]) {
      expect(counts[what]).toBeGreaterThan(20);
    }
  });

  it("can not make it look up more than a few host names, each of which takes a thread", async () => {
    const [a, b] = [createEnd(), createEnd()];
    const inline = Array.from({ length: 10 }, (_, index) => `a=candidate:1 1 UDP 1 ${index}.invalid 9 typ host\r\n`);
    const offer = await a.connection.createOffer();
    await b.connection.acceptOffer({ ...offer, sdp: offer.sdp + inline.join("") });
    const adding = Array.from({ length: 10 }, (_, index) =>
      b.connection.addCandidate({ candidate: `candidate:1 1 UDP 1 ${index}.local 9 typ host`, sdpMid: "0" }),
    );
    const outcomes = await Promise.allSettled(adding);
    expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBe(6);
    for (const outcome of outcomes.slice(6)) {
      expect(outcome).toMatchObject({ reason: { code: "INVALID_CANDIDATE" } });
    }
    await close(a, b);
  });
});
