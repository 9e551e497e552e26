import { createDeferred, type Deferred } from "@peerhood/core/internal";
import { expect, it } from "vitest";
import { TopicBatch } from "./topic-batch.js";

function setUp() {
  const requests: { topics: readonly string[]; answer: Deferred<void> }[] = [];
  const batch = new TopicBatch((topics) => {
    const answer = createDeferred<void>();
    requests.push({ topics, answer });
    return answer.promise;
  });
  const tick = () => new Promise((resolve) => setImmediate(resolve));
  return { batch, requests, tick, last: () => requests.at(-1) ?? expect.fail("no request") };
}

it("asks once for what comes in one tick, and for the rest when that is answered", async () => {
  const { batch, requests, tick, last } = setUp();
  const first = Promise.all([batch.add("a"), batch.add("b")]);
  await tick();
  const second = Promise.all([batch.add("c"), batch.remove("a")]);
  await tick();
  expect(requests.map(({ topics }) => topics)).toEqual([["a", "b"]]);
  last().answer.resolve();
  await first;
  await tick();
  expect(last().topics).toEqual(["b", "c"]);
  last().answer.resolve();
  await second;
  expect([batch.has("a"), batch.has("c")]).toEqual([false, true]);
});

it("a failure is told to those who asked, and the next request is made all the same", async () => {
  const { batch, tick, last } = setUp();
  const failing = batch.add("a");
  await tick();
  const next = batch.add("b");
  last().answer.reject(new Error("no"));
  await expect(failing).rejects.toThrow("no");
  await tick();
  last().answer.resolve();
  await next;
});
