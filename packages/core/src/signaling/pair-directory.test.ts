import { beforeEach, describe, expect, test } from "vitest";
import { MAX_UNMET } from "./constants.js";
import type { PairDatagram } from "./datagram.js";
import { PairDirectory, type PairAddress } from "./pair-directory.js";

const datagram = (fields: Partial<PairDatagram>): PairDatagram => ({
  kind: "pair",
  from: "b",
  instance: "b1",
  pair: 1,
  toInstance: "a1",
  toPair: 0,
  ack: 0,
  first: 0,
  messages: [],
  ...fields,
});

describe("PairDirectory", () => {
  let directory: PairDirectory;
  let live: PairAddress;
  beforeEach(() => {
    directory = new PairDirectory("a1");
    live = directory.begin("b", "b1", 1);
  });

  test("signals to an earlier stay of this peer are dropped", () => {
    expect(directory.judge(datagram({ toInstance: "a0" }))).toBe("drop");
  });

  test("the first signal fixes the remote's number, also when this side began", () => {
    const begun = directory.begin("c", "c1", 0);
    expect(directory.judge(datagram({ from: "c", instance: "c1", pair: 7 }))).toBe("current");
    expect(begun.remotePair).toBe(7);
    expect(directory.judge(datagram({ from: "c", instance: "c1", pair: 6 }))).toBe("drop");
  });

  test("a signal for another attempt of this side is dropped", () => {
    expect(directory.judge(datagram({ toPair: live.localPair }))).toBe("current");
    expect(directory.judge(datagram({ toPair: live.localPair + 1 }))).toBe("drop");
  });

  test("a remote that began anew replaces its old attempt; the old one never comes back", () => {
    expect(directory.judge(datagram({ pair: 2 }))).toBe("replace");
    directory.end(live, false);
    directory.begin("b", "b1", 2);
    expect(directory.judge(datagram({ pair: 1 }))).toBe("drop");
    expect(directory.judge(datagram({ pair: 2 }))).toBe("current");
  });

  test("what is ended for ever stays ended, a failed attempt may be followed by another", () => {
    directory.end(live, false);
    expect(directory.judgeHello("b", "b1")).toBe("new");
    expect(directory.judge(datagram({ pair: 2 }))).toBe("new");
    directory.end(directory.begin("b", "b1", 2), true);
    expect(directory.judgeHello("b", "b1")).toBe("drop");
    expect(directory.judge(datagram({ pair: 3 }))).toBe("drop");
    expect(directory.judgeHello("b", "b2")).toBe("new");
  });

  test("an answer to an attempt that this side has ended begins nothing", () => {
    directory.end(live, false);
    expect(directory.judge(datagram({ pair: 2, toPair: live.localPair }))).toBe("drop");
  });

  test("a flood of announcements is bounded", () => {
    let begun = 0;
    for (let index = 0; index < 10_000; index++) {
      if (directory.judgeHello(`x${index}`, "x1") !== "new") continue;
      directory.begin(`x${index}`, "x1", 0);
      begun++;
    }
    expect(begun).toBe(MAX_UNMET);
  });
});
