import { expect, it } from "vitest";
import { describeDriver } from "./test-support/describe-driver.js";
import { startTracker } from "./test-support/tracker.js";
import { TrackersDriver } from "./trackers.js";

const urlOf = ({ port }: { port: number }): string => `ws://127.0.0.1:${port}`;
const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

describeDriver({
  driver: "TrackersDriver",
  broker: "bittorrent-tracker of npm",
  kind: "real",
  start: () => startTracker(),
  create: (port, options) => new TrackersDriver(urlOf({ port }), options),
});

it("reaches as many as it is allowed to, and those that join while it publishes", async () => {
  const tracker = await startTracker();
  const drivers = Array.from({ length: 25 }, () => new TrackersDriver(urlOf(tracker), { maxReceivers: 20 }));
  const wide = new TrackersDriver(urlOf(tracker), { maxReceivers: 30 });
  const heard = new Map<string, number>();
  let look = (): void => {};
  const reaches = (what: string, count: number): Promise<void> =>
    new Promise((resolve) => {
      look = () => (heard.get(what) ?? 0) >= count && resolve();
      look();
    });
  await Promise.all(
    drivers.map((driver) =>
      driver.subscribe("t", (data) => {
        heard.set(text(data), (heard.get(text(data)) ?? 0) + 1);
        look();
      }),
    ),
  );
  await wide.publish("t", bytes("to all 25"));
  await reaches("to all 25", 25);
  const narrow = new TrackersDriver(urlOf(tracker), { maxReceivers: 20 });
  await narrow.publish("t", bytes("to 20 of them"));
  await wide.publish("t", bytes("end"));
  await reaches("end", 25);
  expect(heard).toEqual(
    new Map([
      ["to all 25", 25],
      ["to 20 of them", 20],
      ["end", 25],
    ]),
  );
  // Who published only has left again.
  await expect.poll(() => Object.values(tracker.server.torrents).map((swarm) => swarm?.incomplete)).toContain(25);
  await Promise.all([...drivers, wide, narrow].map((driver) => driver.close()));
  await tracker.stop();
});

it("shows the tracker hashes only, and says when it refuses", async () => {
  const hashes = new Set<string>();
  // Two of them may be there: that of the greeting, and one topic's.
  const tracker = await startTracker((hash, _params, callback) => {
    hashes.add(Buffer.from(hash, "hex").toString());
    callback(hashes.size > 2 ? new Error("not one of our torrents") : null);
  });
  const driver = new TrackersDriver(urlOf(tracker));
  const refused = { code: "DRIVER_REFUSED", message: expect.stringContaining("not one of our torrents") };
  await expect(driver.subscribe("room/one", () => {})).resolves.toBeDefined();
  await expect(driver.subscribe("room/two", () => {})).rejects.toMatchObject(refused);
  for (const hash of hashes) expect(hash).toMatch(/^[\w-]{20}$/);
  await driver.close();
  await tracker.stop();
  expect(() => new TrackersDriver([])).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  expect(() => new TrackersDriver("ws://x", { maxReceivers: 0 })).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT" }),
  );
});

it("is refused for good by a tracker that wants none of this, and holds no connection to it", async () => {
  const tracker = await startTracker((_hash, _params, callback) => callback(new Error("members only")));
  const driver = new TrackersDriver(urlOf(tracker));
  driver.on("error", () => {});
  const refused = { code: "DRIVER_REFUSED", message: expect.stringContaining("members only") };
  await expect(driver.publish("t", bytes("x"))).rejects.toMatchObject(refused);
  await expect(driver.publish("t", bytes("x"))).rejects.toMatchObject(refused);
  await expect.poll(() => tracker.sockets.size).toBe(0);
  await driver.close();
  await tracker.stop();
});
