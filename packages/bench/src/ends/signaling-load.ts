import { WebSocket } from "ws";

/** How one of the servers is spoken to. */
interface Dialect {
  /** Sent first, answered by one message; `undefined`: nothing is. */
  readonly hello: Buffer | undefined;
  frame(kind: "subscribe" | "unsubscribe" | "publish", topic: string, body: Buffer): Buffer;
  /** Whether this is a message of a topic, and not an answer. */
  isMessage(data: Buffer): boolean;
}

const KINDS = { subscribe: 2, unsubscribe: 3, publish: 4 } as const;
const MESSAGE = 0x84;

const DIALECTS: Readonly<Record<string, Dialect>> = {
  peerhood: {
    hello: Buffer.from([1, 0, 0, 0, 1, 0, 0]),
    frame(kind, topic, body) {
      const head = Buffer.from([KINDS[kind], 0, 0, 0, 1, topic.length >> 8, topic.length & 255]);
      return Buffer.concat([head, Buffer.from(topic, "latin1"), body]);
    },
    isMessage: (data) => data[0] === MESSAGE,
  },
  bare: {
    hello: undefined,
    frame: (kind, topic, body) =>
      Buffer.concat([Buffer.from([KINDS[kind], topic.length]), Buffer.from(topic, "latin1"), body]),
    isMessage: (data) => data[0] === KINDS.publish,
  },
};

/** An announcement, or a sealed candidate: what travels most. */
const BODY = Buffer.alloc(300, 7);
const EMPTY = Buffer.alloc(0);
/** Handshakes under way at once. */
const OPENING = 100;
/** One of so many messages goes to the whole room, the others to one member: an announcement per nine signals. */
const TO_ALL_EVERY = 10;

interface Member {
  readonly socket: WebSocket;
  readonly all: string;
  readonly own: string;
}

let dialect: Dialect;
let members: Member[] = [];
let delivered = 0;
let onDelivered: () => void = () => {};

/** Opens so many sockets in rooms of their own, each subscribed to its room's topic and to its own, as a peer is. */
export async function open(url: string, name: string, sockets: number, rooms: number): Promise<void> {
  const chosen = DIALECTS[name];
  if (chosen === undefined) throw new Error(`There is no dialect ${name}.`);
  dialect = chosen;
  for (let start = 0; start < sockets; start += OPENING) {
    const batch = Array.from({ length: Math.min(OPENING, sockets - start) }, (_, index) =>
      enter(url, start + index, rooms),
    );
    members.push(...(await Promise.all(batch)));
  }
}

async function enter(url: string, index: number, rooms: number): Promise<Member> {
  // As long as the topics of real rooms and the ids of real peers.
  const room = `${index % rooms}`.padStart(52, "a");
  const member = {
    socket: new WebSocket(url, { perMessageDeflate: false }),
    all: `${room}/all`,
    own: `${room}/${`${index}`.padStart(32, "b")}`,
  };
  const { socket } = member;
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("open", () => {
      if (dialect.hello === undefined) return resolve();
      socket.once("message", () => resolve());
      socket.send(dialect.hello);
    });
  });
  socket.on("message", (data: Buffer) => {
    if (!dialect.isMessage(data)) return;
    delivered++;
    onDelivered();
  });
  for (const topic of [member.all, member.own]) socket.send(dialect.frame("subscribe", topic, EMPTY));
  // Delivered to itself: the subscriptions hold.
  const back = new Promise<void>((resolve) => {
    socket.on("message", function look(data: Buffer) {
      if (!dialect.isMessage(data)) return;
      socket.off("message", look);
      resolve();
    });
  });
  socket.send(dialect.frame("publish", member.own, BODY));
  await back;
  return member;
}

/**
 * Signals for that long, so many under way at once, with `joinsPerSecond` members that leave and come back meanwhile.
 * Returns how many messages arrived, and in how long.
 */
export async function signal(
  forMs: number,
  window: number,
  joinsPerSecond: number,
): Promise<{ count: number; ms: number }> {
  const startedAt = performance.now();
  const origin = delivered;
  let owed = 0;
  let turn = 0;
  let joined = 0;
  let over = false;
  const roomSize = new Map<string, number>();
  for (const { all } of members) roomSize.set(all, (roomSize.get(all) ?? 0) + 1);
  const fill = (): void => {
    const elapsedMs = performance.now() - startedAt;
    while (joined < (joinsPerSecond * elapsedMs) / 1_000) {
      const { socket, own } = members[(joined++ * 7_919) % members.length] as Member;
      // In order, so that nothing meant for it is lost.
      socket.send(dialect.frame("unsubscribe", `${own}x`, EMPTY));
      socket.send(dialect.frame("subscribe", own, EMPTY));
    }
    while (owed - (delivered - origin) < window) {
      const from = members[(turn * 31) % members.length] as Member;
      const toAll = turn++ % TO_ALL_EVERY === 0;
      from.socket.send(dialect.frame("publish", toAll ? from.all : from.own, BODY));
      owed += toAll ? (roomSize.get(from.all) ?? 0) : 1;
    }
  };
  const done = new Promise<void>((resolve) => {
    onDelivered = () => {
      if (!over && performance.now() - startedAt > forMs) over = true;
      if (over && delivered - origin >= owed) return resolve();
      if (!over && owed - (delivered - origin) < window / 2) fill();
    };
  });
  fill();
  await done;
  onDelivered = () => {};
  return { count: delivered - origin, ms: performance.now() - startedAt };
}

export async function close(): Promise<void> {
  for (const { socket } of members) socket.terminate();
  members = [];
}
