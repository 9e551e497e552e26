import { readFileSync } from "node:fs";
import { createTestRoom } from "@peerhood/testing";
import { MemoryDriver, Peer } from "peerhood";
import { channelStore, remotesStore } from "peerhood/store";
import { createElement as h } from "react";
import { renderToString } from "react-dom/server";
import { compile } from "svelte/compiler";
import { readable } from "svelte/store";
import { describe, expect, it } from "vitest";
import { effectScope, watch } from "vue";
import { Cameras } from "./camera.js";
import { Chat } from "./chat.js";
import { SendFile } from "./send-file.js";
import { useStore } from "./use-store.vue.js";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

describe("the guide to React, Vue and Svelte", () => {
  it("its React components render on a server", () => {
    const peer = new Peer({ driver: new MemoryDriver({ bus: new Map() }) });
    expect(renderToString(h(Chat, { room: "lobby", name: "x" }))).toContain("idle");
    expect(renderToString(h(SendFile, { peer }))).toContain("<input");
    expect(renderToString(h(Cameras, { peer, own: undefined }))).toBe("");
  });

  it("its Vue composable follows a store until its scope ends", async () => {
    const room = await createTestRoom({ peers: 2 });
    const { alice } = room.peers;
    const scope = effectScope();
    const seen: number[] = [];
    const remotes = scope.run(() => useStore(remotesStore(alice)));
    watch(
      () => remotes?.value.length ?? 0,
      (count) => seen.push(count),
      { flush: "sync" },
    );
    await room.joinAll();
    expect(seen).toEqual([1]);
    scope.stop();
    await Promise.resolve();
    expect(alice.listens("connection:new")).toBe(false);
    await room.close();
  });

  it("its Svelte component compiles, and the store in it follows", async () => {
    const { js, warnings } = compile(read("chat.svelte"), { filename: "chat.svelte", generate: "client" });
    expect(js.code).toContain("channelStore");
    expect(warnings).toEqual([]);

    const room = await createTestRoom({ peers: 2 });
    const { alice, bob } = room.peers;
    const chat = channelStore(alice, "chat");
    const followed = readable(chat.getSnapshot(), (set) => chat.subscribe(() => set(chat.getSnapshot())));
    const seen: unknown[] = [];
    const stop = followed.subscribe(({ messages }) => seen.push(messages.at(-1)?.data));
    await room.joinAll();
    await room.until(bob.send("hello", "chat"));
    await room.settled();
    expect(seen.at(-1)).toBe("hello");
    stop();
    await room.close();
  });
});
