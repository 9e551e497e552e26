import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { IncomingData } from "../channel/transfer/index.js";
import { isPeerhoodError, type PeerhoodError } from "../errors.js";
import { RoomOfPeers } from "./testing/room-of-peers.js";

let room: RoomOfPeers;
beforeEach(async () => {
  room = new RoomOfPeers(2, {}, { maxMessageBytes: 1_000_000 });
  await room.meet();
});
afterEach(async () => {
  await room.end();
});

const echo = ({ data }: { data: IncomingData }): IncomingData => data;

async function failure(promise: PromiseLike<unknown>): Promise<PeerhoodError> {
  const outcome = await room.run(
    promise.then(
      (value) => ({ value }),
      (error: unknown) => error,
    ),
  );
  if (!isPeerhoodError(outcome)) throw new Error(`no PeerhoodError but ${JSON.stringify(outcome)}`);
  return outcome;
}

describe("payloads", () => {
  test("every kind goes there and back", async () => {
    room.peer(1).respond("echo", echo);
    const remote = room.remote(0, 1);
    const both = async (payload: unknown): Promise<unknown> => room.run(remote.request("echo", payload));
    expect(await both("grüße")).toBe("grüße");
    expect(await both("")).toBe("");
    expect(await both({ deep: [1, null] })).toEqual({ deep: [1, null] });
    expect(await both(null)).toBe(null);
    expect(await both(undefined)).toBe(undefined);
    expect(await both(new Uint8Array([1, 2]))).toEqual(new Uint8Array([1, 2]).buffer);
    const blob = (await both(new Blob(["text"], { type: "text/plain" }))) as Blob;
    expect([blob.type, blob.size]).toEqual(["text/plain", 4]);
    const file = (await both(new File(["x"], "a.txt"))) as File;
    expect(file.name).toBe("a.txt");
    const large = (await both(new Uint8Array(600_000).fill(7))) as ArrayBuffer;
    expect(large.byteLength).toBe(600_000);
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array([7]);
      yield new Uint8Array([8]);
    }
    expect(await both(bytes())).toEqual(new Uint8Array([7, 8]).buffer);
  });

  test("a handler that returns nothing, and one that answers at once", async () => {
    room.peer(1).respond("nothing", () => {});
    room.peer(1).respond("constant", ({ method, remote }) => `${method} for ${remote.id}`);
    expect(await room.run(room.remote(0, 1).request("nothing"))).toBe(undefined);
    expect(await room.run(room.remote(0, 1).request("constant"))).toBe(`constant for ${room.peer(0).id}`);
  });

  test("streams both ways, larger than what may be awaited", async () => {
    room.peer(1).respond("pipe", ({ data }) => data.stream);
    const payload = new Blob([new Uint8Array(3_000_000).fill(9)]);
    const reply = room.remote(0, 1).request("pipe", payload);
    const count = async (): Promise<number> => {
      let bytes = 0;
      for await (const chunk of reply) bytes += chunk.length;
      return bytes;
    };
    expect(await room.run(count())).toBe(3_000_000);
    expect((await failure(reply)).code).toBe("DATA_LOCKED");
    const awaited = room.remote(0, 1).request("pipe", "text");
    expect(await room.run(awaited)).toEqual(new TextEncoder().encode("text").buffer);
    expect((await failure(awaited.getReader().read())).code).toBe("DATA_LOCKED");
  });

  test("what is too large to be awaited is refused by the side that awaits it", async () => {
    room.peer(1).respond("take", async ({ data }) => void (await data));
    room.peer(1).respond("give", () => new Uint8Array(1_000_001));
    const upload = await failure(room.remote(0, 1).request("take", new Uint8Array(1_000_001)));
    expect([upload.code, upload.remoteId]).toEqual(["MESSAGE_TOO_LARGE", room.peer(1).id]);
    expect((await failure(room.remote(0, 1).request("give"))).code).toBe("MESSAGE_TOO_LARGE");
    expect(room.errors).toEqual([]);
  });

  test("a handler may answer without reading what was sent", async () => {
    room.peer(1).respond("no, thanks", () => "full");
    const payload = new Blob([new Uint8Array(5_000_000)]);
    expect(await room.run(room.remote(0, 1).request("no, thanks", payload))).toBe("full");
  });
});

describe("failures", () => {
  test("what a handler throws keeps its message and code, and nothing else", async () => {
    const thrown = Object.assign(new Error("no such user"), { code: "E_USER", password: "secret" });
    room.peer(1).respond("find", () => Promise.reject(thrown));
    const error = await failure(room.remote(0, 1).request("find"));
    expect(error).toMatchObject({
      code: "REQUEST_FAILED",
      message: "no such user",
      remoteCode: "E_USER",
      remoteId: room.peer(1).id,
    });
    expect(
      JSON.stringify(
        error,
        Object.getOwnPropertyNames(error).filter((name) => name !== "stack"),
      ),
    ).not.toContain("secret");
    expect(error.stack).not.toContain("thrown");
    expect(error.cause).toBe(undefined);
    // Thrown on purpose: nobody else needs to hear of it.
    expect(room.errors).toEqual([]);
  });

  test("a handler with a mistake is told to both sides", async () => {
    room.peer(1).respond("bug", () => {
      throw new TypeError("x is undefined");
    });
    room.peer(1).respond("unsendable", () => () => {});
    room.peer(1).respond("nobody knows", () => {
      throw Object.create(null);
    });
    expect(await failure(room.remote(0, 1).request("bug"))).toMatchObject({
      code: "REQUEST_FAILED",
      message: "x is undefined",
      remoteCode: undefined,
    });
    expect(await failure(room.remote(0, 1).request("unsendable"))).toMatchObject({
      code: "REQUEST_FAILED",
      remoteCode: "UNSUPPORTED_PAYLOAD",
    });
    expect((await failure(room.remote(0, 1).request("nobody knows"))).message).toBe(
      'The handler of "nobody knows" failed.',
    );
    expect(room.errors).toEqual(["LISTENER_FAILED", "LISTENER_FAILED", "LISTENER_FAILED"]);
  });

  test("a method that nobody answers, also after respond was ended", async () => {
    const end = room.peer(1).respond("x", () => 1);
    end();
    expect((await failure(room.remote(0, 1).request("x"))).code).toBe("NO_RESPONDER");
    room.peer(1).respond("x", () => 2);
    end();
    expect(await room.run(room.remote(0, 1).request("x"))).toBe(2);
  });

  test("arguments", async () => {
    const peer = room.peer(0);
    peer.respond("x", () => 1);
    expect(() => peer.respond("x", () => 2)).toThrow(expect.objectContaining({ code: "RESPONDER_EXISTS" }));
    expect(() => peer.respond("", () => 2)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    expect(() => peer.respond("y", "no function" as never)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    const remote = room.remote(0, 1);
    expect((await failure(remote.request("m".repeat(257)))).code).toBe("INVALID_ARGUMENT");
    expect((await failure(remote.request("m", 1, { timeoutMs: -1 }))).code).toBe("INVALID_ARGUMENT");
    expect((await failure(remote.request("m", () => {}))).code).toBe("UNSUPPORTED_PAYLOAD");
    expect((await failure(remote.request("m", 1, { signal: AbortSignal.abort() }))).code).toBe("ABORTED");
  });

  test("the channel of requests is nobody else's", async () => {
    const label = "peerhood:requests";
    await expect(room.peer(0).open(label)).rejects.toMatchObject({ code: "INVALID_LABEL" });
    await expect(room.remote(0, 1).open(label)).rejects.toMatchObject({ code: "INVALID_LABEL" });
    await expect(room.remote(0, 1).close(label)).rejects.toMatchObject({ code: "INVALID_LABEL" });
    expect((await failure(room.remote(0, 1).send("x", label))).code).toBe("INVALID_LABEL");
    room.peer(1).respond("x", () => 1);
    await room.run(room.remote(0, 1).request("x"));
    expect([...room.remote(0, 1).channels.keys()]).toEqual([]);
    expect(room.remote(0, 1).toJSON().channels).toEqual([]);
  });

  test("a failure that nobody awaits is an error event, not an unhandled rejection", async () => {
    void room.remote(0, 1).request("nobody answers");
    await room.clock.advance(1_000);
    expect(room.errors).toEqual(["NO_RESPONDER"]);
  });
});

describe("giving up", () => {
  test("a timeout ends the request, and the handler's signal aborts within a round trip", async () => {
    const aborted: number[] = [];
    room.peer(1).respond("slow", ({ signal }) => {
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          aborted.push(room.clock.now());
          reject(signal.reason as Error);
        });
      });
    });
    const startedAt = room.clock.now();
    const error = await failure(room.remote(0, 1).request("slow", null, { timeoutMs: 500 }));
    expect(error.code).toBe("REQUEST_TIMEOUT");
    expect(room.clock.now() - startedAt).toBe(500);
    await room.clock.advance(20);
    expect(aborted.length).toBe(1);
    expect(room.errors).toEqual([]);
  });

  test("an abort by the signal reaches a handler that reads, and one that streams its reply", async () => {
    const heard: string[] = [];
    room.peer(1).respond("upload", async ({ data, signal }) => {
      signal.addEventListener("abort", () => heard.push("signal of upload"));
      await data.then(undefined, (error: PeerhoodError) => heard.push(error.code));
    });
    room.peer(1).respond("download", ({ signal }) => {
      signal.addEventListener("abort", () => heard.push("signal of download"));
      return new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
        cancel: () => void heard.push("cancelled"),
      });
    });
    const aborting = new AbortController();
    const { signal } = aborting;
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(1_000)) });
    const upload = room.remote(0, 1).request("upload", endless, { signal });
    const download = room.remote(0, 1).request("download", null, { signal });
    const reader = download.getReader();
    await room.run(reader.read());
    aborting.abort(new Error("enough"));
    const error = await failure(upload);
    expect([error.code, (error.cause as Error).message]).toEqual(["ABORTED", "enough"]);
    await room.clock.advance(50);
    expect(heard.sort()).toEqual(["TRANSFER_ABORTED", "cancelled", "signal of download", "signal of upload"]);
    await expect(reader.read()).rejects.toMatchObject({ code: expect.stringMatching(/ABORTED|CANCELLED/) });
  });

  test("a reader that leaves early stops the handler's stream", async () => {
    let cancelled = false;
    room.peer(1).respond("endless", () => {
      return new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
        cancel: () => void (cancelled = true),
      });
    });
    const first = async (): Promise<number | undefined> => {
      for await (const chunk of room.remote(0, 1).request("endless")) return chunk.length;
      return undefined;
    };
    expect(await room.run(first())).toBeGreaterThan(0);
    await room.clock.advance(100);
    expect(cancelled).toBe(true);
  });

  test("a source that fails fails its request, on either side", async () => {
    const broken = (): ReadableStream<Uint8Array> =>
      new ReadableStream({ pull: (controller) => controller.error(new Error("disk on fire")) });
    const settled: string[] = [];
    room.peer(1).respond("take", async ({ data }) => {
      await data.then(undefined, (error: PeerhoodError) => settled.push(error.code));
    });
    room.peer(1).respond("give", broken);
    expect((await failure(room.remote(0, 1).request("take", broken()))).code).toBe("SOURCE_FAILED");
    expect((await failure(room.remote(0, 1).request("give"))).code).toMatch(/TRANSFER_ABORTED|REQUEST_FAILED/);
    await room.clock.advance(100);
    expect(settled).toEqual(["TRANSFER_ABORTED"]);
  });

  test("a remote that leaves fails what is under way, and aborts its own handlers' requests", async () => {
    const aborted: unknown[] = [];
    const respond = (index: number): unknown =>
      room.peer(index).respond("never", ({ signal }) => {
        signal.addEventListener("abort", () => aborted.push(index));
        return new Promise(() => {});
      });
    respond(0);
    respond(1);
    const codes = Promise.all([
      room
        .remote(0, 1)
        .request("never")
        .then(undefined, (error: PeerhoodError) => error.code),
      room
        .remote(1, 0)
        .request("never")
        .then(undefined, (error: PeerhoodError) => error.code),
    ]);
    await room.clock.advance(100);
    await room.run(room.peer(1).leave());
    expect(await room.run(codes)).toEqual(["CONNECTION_CLOSED", "CONNECTION_CLOSED"]);
    expect(aborted.sort()).toEqual([0, 1]);
  });
});

test("requests never wait for each other: long ones, slow handlers, the reply of one sent before", async () => {
  const order: string[] = [];
  let release = (): void => {};
  const blocked = new Promise<void>((resolve) => (release = resolve));
  room.peer(1).respond("work", async ({ data }) => {
    const task = (await data) as string | ArrayBuffer;
    if (task === "blocked") await blocked;
    return task;
  });
  const remote = room.remote(0, 1);
  const ask = async (name: string, payload: unknown): Promise<void> => {
    await remote.request("work", payload);
    order.push(name);
  };
  const all = [ask("blocked", "blocked"), ask("large", new Uint8Array(900_000)), ask("short", "short")];
  await room.run(all[2] as Promise<void>);
  expect(order).toEqual(["short"]);
  await room.run(all[1] as Promise<void>);
  release();
  await room.run(all[0] as Promise<void>);
  expect(order).toEqual(["short", "large", "blocked"]);
});

test("a thousand at once, and both ways", async () => {
  for (const index of [0, 1]) room.peer(index).respond("double", async ({ data }) => Number(await data) * 2);
  const sums = await room.run(
    Promise.all(
      Array.from({ length: 2_000 }, (_, index) =>
        room.remote(index % 2, 1 - (index % 2)).request<number>("double", index),
      ),
    ),
  );
  expect(sums).toEqual(sums.map((_, index) => index * 2));
});
