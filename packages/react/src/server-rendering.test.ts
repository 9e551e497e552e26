import type { Peer } from "peerhood";
import { createElement as h } from "react";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { useChannel, usePeer, useRemotes, useStream, useTransfer } from "./index.js";

test("on a server all hooks render, and no peer or driver is made", () => {
  let drivers = 0;
  let seen: { peer: Peer | undefined; status: string } | undefined;
  function Page(): unknown {
    const driver = (): never => {
      drivers++;
      throw new Error("no driver is made on a server");
    };
    const { peer, status, error } = usePeer({ driver, room: "lobby", metadata: { name: "x" } });
    const { messages, openTo, send } = useChannel<string>(peer, "chat");
    const remotes = useRemotes(peer);
    const streams = useStream(peer, "camera");
    const { current } = useTransfer(undefined);
    seen = { peer, status };
    expect(() => send("hello")).toThrow(expect.objectContaining({ code: "NOT_JOINED" }));
    return h(
      "p",
      null,
      `${status} ${messages.length} ${openTo} ${remotes.length} ${streams.length} ${current} ${error}`,
    );
  }
  expect(renderToString(h(Page as never))).toBe("<p>idle 0 0 0 0 0 undefined</p>");
  expect(seen).toEqual({ peer: undefined, status: "idle" });
  expect(drivers).toBe(0);
  expect(Reflect.get(globalThis, Symbol.for("peerhood.memory-bus"))).toBeUndefined();
});
