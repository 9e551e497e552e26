import { silentLogger } from "../util/logger.js";
import { beforeEach, expect, it } from "vitest";
import { ChannelEvents } from "./channel-events.js";

let logged: unknown[];
let calls: string[];
let events: ChannelEvents;

const called = (name: string) => (): void => void calls.push(name);
const emit = (): void => events.emit("open", { type: "open" });

beforeEach(() => {
  logged = [];
  calls = [];
  events = new ChannelEvents({ ...silentLogger, error: (_message, error) => logged.push(error) });
});

it("a listener is added once, and removed by itself", () => {
  const listener = called("a");
  events.add("open", listener);
  events.add("open", listener, true);
  events.add("close", called("other type"));
  emit();
  emit();
  events.remove("open", listener);
  events.remove("open", listener);
  emit();
  expect(calls).toEqual(["a", "a"]);
});

it("listeners that come and go while they are called: the removed are not called, the new ones next time", () => {
  const second = called("second");
  events.add(
    "open",
    () => {
      calls.push("first");
      events.remove("open", second);
      events.add("open", called("third"));
    },
    true,
  );
  events.add("open", second);
  emit();
  expect(calls).toEqual(["first"]);
  emit();
  expect(calls).toEqual(["first", "third"]);
});

it("an attribute keeps its place when it is replaced, and goes with null", () => {
  events.setAttribute("open", called("attribute"));
  events.add("open", called("listener"));
  const replacement = called("replacement");
  events.setAttribute("open", replacement);
  expect(events.attribute("open")).toBe(replacement);
  emit();
  expect(calls).toEqual(["replacement", "listener"]);
  events.setAttribute("open", null);
  expect(events.attribute("open")).toBeNull();
  emit();
  expect(calls).toEqual(["replacement", "listener", "listener"]);
});

it("what throws or rejects is logged, and the others are called", async () => {
  const thrown = new Error("thrown");
  const rejected = new Error("rejected");
  events.add("open", () => {
    throw thrown;
  });
  events.add("open", async () => {
    throw rejected;
  });
  events.add("open", called("after"));
  emit();
  await Promise.resolve();
  await Promise.resolve();
  expect(calls).toEqual(["after"]);
  expect(logged).toEqual([thrown, rejected]);
});
