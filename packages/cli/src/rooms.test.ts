import { expect, it } from "vitest";
import { setStage } from "./test-support/command.js";

const stage = setStage();

it("chat: a line typed here is a line of stdout there; both end with stdin", async () => {
  const first = stage.run("chat", "lobby", "--name", "Ann\u001B[2J", "--json");
  const second = stage.run("chat", "lobby", "--name", "Bob");
  await first.saw(({ event }) => event === "joined");
  await second.said("is here");
  first.child.stdin.write("hello\u001B[31m\n");
  second.child.stdin.write("good day\n");
  expect(await first.saw(({ event }) => event === "message")).toMatchObject({ name: "Bob", text: "good day" });
  await second.printed("hello");
  first.child.stdin.end();
  expect(await first.ended).toMatchObject({ code: 0 });
  second.child.stdin.end();
  const { code, out } = await second.ended;
  expect(code).toBe(0);
  // No escape sequence of somebody else's reaches the terminal.
  expect(String(out)).toBe("Ann\uFFFD[2J: hello\uFFFD[31m\n");
});

it("tap prints who comes, and what is said", async () => {
  const tap = stage.run("tap", "lobby", "--json");
  await tap.saw(({ event }) => event === "room");
  const talker = stage.run("chat", "lobby", "--name", "Ann");
  await talker.said("tap is here");
  await tap.saw(({ event, metadata }) => event === "connection:connected" && Object(metadata).name === "Ann");
  talker.child.stdin.end("hello\n");
  const message = await tap.saw(({ event }) => event === "channel:message");
  expect(message).toMatchObject({ label: "chat", value: "hello", size: 5 });
  await tap.saw(({ event, reason }) => event === "connection:closed" && reason === "left");
  tap.child.kill("SIGINT");
  expect(await tap.ended).toMatchObject({ code: 0 });
});

it("doctor finds nothing wrong with a server that is there", async () => {
  const { code, out } = await stage.run("doctor", "--json").ended;
  expect(JSON.parse(String(out))).toMatchObject({ ok: true });
  expect(code).toBe(0);
});
