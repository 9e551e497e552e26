import { expect, it } from "vitest";
import { setStage } from "./test-support/command.js";

const stage = setStage();

it("serve has the room page beside the signaling server, and ends with ctrl-C", async () => {
  const serve = stage.run("serve", "--json", "--port", "0");
  const { pages } = await serve.saw(({ event }) => event === "listening");
  const [page] = pages as string[];
  const load = async (path: string): Promise<unknown[]> => {
    const response = await fetch(new URL(path, page));
    return [response.status, response.headers.get("content-type"), (await response.text()).length > 1_000];
  };
  expect(await load("/?room=lobby")).toEqual([200, "text/html; charset=utf-8", true]);
  expect(await load("/room.js")).toEqual([200, "text/javascript; charset=utf-8", true]);
  expect(await load("/inspector.js")).toEqual([200, "text/javascript; charset=utf-8", true]);
  expect(await load("/room.css")).toEqual([200, "text/css; charset=utf-8", true]);
  serve.child.kill("SIGINT");
  expect(await serve.ended).toMatchObject({ code: 0 });
});
