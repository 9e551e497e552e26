import { RealtimeClient } from "@supabase/realtime-js";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { SupabaseDriver, type SupabaseDriverOptions } from "./supabase.js";
import { describeDriver } from "./test-support/describe-driver.js";
import { createToken } from "./test-support/jwt.js";
import { startSupabaseDouble, type SupabaseDoubleOptions } from "./test-support/supabase-double.js";

const apiKey = "publishable";
const start = (options: Partial<SupabaseDoubleOptions> = {}) => startSupabaseDouble({ apiKey, ...options });
const urlOf = ({ port }: { port: number }): string => `http://127.0.0.1:${port}`;
const text = (data: Uint8Array): string => new TextDecoder().decode(data);
const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);

async function withDriver(
  { double = {}, ...options }: Partial<SupabaseDriverOptions> & { double?: Partial<SupabaseDoubleOptions> },
  test: (driver: SupabaseDriver, url: string) => Promise<void>,
): Promise<void> {
  const server = await start(double);
  const driver = new SupabaseDriver(urlOf(server), { apiKey, ...options });
  driver.on("error", () => {});
  try {
    await test(driver, urlOf(server));
  } finally {
    await driver.close();
    await server.stop();
  }
}

describeDriver({
  driver: "SupabaseDriver",
  broker: "double of Supabase Realtime's broadcasts",
  kind: "double",
  start,
  create: (port, options) => new SupabaseDriver(urlOf({ port }), { apiKey, ...options }),
});

it("meets Supabase's own client, so both speak the same protocol", () =>
  withDriver({}, async (driver, url) => {
    const client = new RealtimeClient(`${url.replace("http", "ws")}/realtime/v1`, {
      params: { apikey: apiKey },
      vsn: "1.0.0",
      transport: WebSocket as never,
    });
    const channel = client.channel("peerhood-signals:room/all", { config: { broadcast: { ack: true } } });
    const theirs = new Promise<unknown>((resolve) => {
      channel.on("broadcast", { event: "signal" }, ({ payload }) => resolve(payload));
    });
    await new Promise<void>((resolve, reject) => {
      channel.subscribe((status, error) => (status === "SUBSCRIBED" ? resolve() : reject(error ?? new Error(status))));
    });
    const ours = new Promise<string>((resolve) => void driver.subscribe("room/all", (data) => resolve(text(data))));
    await driver.subscribe("room/all", () => {});
    expect(await channel.send({ type: "broadcast", event: "signal", payload: { data: btoa("hello") } })).toBe("ok");
    expect(await ours).toBe("hello");
    await driver.publish("room/all", bytes("hello yourself"));
    expect(await theirs).toEqual({ data: btoa("hello yourself") });
    await client.removeAllChannels();
    await client.disconnect();
  }));

it("goes into private channels with a token, which a function gives", async () => {
  const accessToken = async (): Promise<string> => createToken({ role: "authenticated" }, "secret");
  await withDriver({ private: true, accessToken, double: { tokenKey: "secret" } }, async (driver) => {
    await driver.subscribe("t", () => {});
    await driver.publish("other", bytes("x"));
  });
  await withDriver({ private: true, double: { tokenKey: "secret" } }, async (driver) => {
    await expect(driver.subscribe("t", () => {})).rejects.toMatchObject({ code: "DRIVER_REFUSED" });
    await expect(driver.publish("t", bytes("x"))).rejects.toMatchObject({ code: "DRIVER_REFUSED" });
  });
});

it("says which limit is met", () =>
  withDriver({ double: { channelLimit: 1 } }, async (driver) => {
    await driver.subscribe("a", () => {});
    const limited = { code: "SIGNALING_LIMIT", message: expect.stringContaining("ChannelRateLimitReached") };
    await expect(driver.subscribe("b", () => {})).rejects.toMatchObject(limited);
    expect(driver.state).toBe("open");
  }));

it("is unreachable with a wrong key", () =>
  withDriver({ apiKey: "wrong", connectionTimeoutMs: 300 }, async (driver) => {
    await expect(driver.publish("t", bytes("x"))).rejects.toMatchObject({ code: "SIGNALING_UNREACHABLE" });
  }));

it("leaves and joins a channel again over the same connection", () =>
  withDriver({}, async (driver) => {
    const states: unknown[] = [];
    driver.on("state", (state) => states.push(state));
    for (const round of ["first", "second", "third"]) {
      let tell: (data: Uint8Array) => void = () => {};
      const heard = new Promise<Uint8Array>((resolve) => (tell = resolve));
      const subscription = await driver.subscribe("t", (data) => tell(data));
      await driver.publish("t", bytes(round));
      expect(text(await heard)).toBe(round);
      await subscription.unsubscribe();
    }
    expect(states).toEqual(["open"]);
  }));
