import type { ChannelSnapshot, PeerSnapshot } from "@peerhood/core";
import { describe, expect, it } from "vitest";
import { WINDOW_MS } from "./constants.js";
import { History } from "./history.js";

function taken(at: number, channels: Partial<ChannelSnapshot>[]): PeerSnapshot {
  const whole = channels.map((channel) => ({
    label: "chat",
    bytesSent: 0,
    bytesReceived: 0,
    bufferedAmount: 0,
    ...channel,
  }));
  return { at, remotes: [{ id: "bob", channels: whole }] } as unknown as PeerSnapshot;
}

describe("History", () => {
  it("turns counts into rates, whatever the pause between two snapshots", () => {
    const history = new History();
    history.add(taken(1_000, [{ bytesSent: 500, bytesReceived: 7 }]));
    expect(history.of("bob", "chat")).toEqual([]);
    history.add(taken(1_500, [{ bytesSent: 1_500, bytesReceived: 7, bufferedAmount: 9 }]));
    history.add(taken(3_500, [{ bytesSent: 1_500, bytesReceived: 4_007 }]));
    expect(history.of("bob", "chat")).toEqual([
      { at: 1_500, sentPerSecond: 2_000, receivedPerSecond: 0, buffered: 9 },
      { at: 3_500, sentPerSecond: 0, receivedPerSecond: 2_000, buffered: 0 },
    ]);
    expect(history.of("bob", "files")).toEqual([]);
  });

  it("begins anew with a channel that was closed and opened again, and shows no rate below 0", () => {
    const history = new History();
    history.add(taken(0, [{ bytesSent: 1_000 }]));
    history.add(taken(100, [{ bytesSent: 2_000 }]));
    history.add(taken(200, [{ bytesSent: 10 }]));
    expect(history.of("bob", "chat")).toEqual([]);
    history.add(taken(300, [{ bytesSent: 20 }]));
    expect(history.of("bob", "chat")).toMatchObject([{ sentPerSecond: 100 }]);
  });

  it("goes back as far as the plots do, and forgets what is gone", () => {
    const history = new History();
    for (let at = 0; at <= 10 * WINDOW_MS; at += 400) history.add(taken(at, [{ bytesSent: at }]));
    const samples = history.of("bob", "chat");
    expect(samples.length).toBeLessThanOrEqual(WINDOW_MS / 400 + 2);
    expect(samples[0]?.at).toBeLessThanOrEqual(9 * WINDOW_MS);
    history.add(taken(10 * WINDOW_MS + 400, []));
    expect(history.of("bob", "chat")).toEqual([]);
  });
});
