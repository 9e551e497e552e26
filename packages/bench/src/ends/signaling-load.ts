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

let url: string;
let dialect: Dialect;
let members: Member[] = [];
let delivered = 0;
let onDelivered: () => void = () => {};

/** Opens so many sockets in rooms of their own, each subscribed to its room's topic and to its own, as a peer is. */
export async function open(server: string, name: string, sockets: number, rooms: number): Promise<void> {
  const chosen = DIALECTS[name];
  if (chosen === undefined) throw new Error(`There is no dialect ${name}.`);
  dialect = chosen;
  url = server;
  for (let start = 0; start < sockets; start += OPENING) {
    const batch = Array.from({ length: Math.min(OPENING, sockets - start) }, (_, index) =>
      enter(url, `${start + index}`, roomOf(`${(start + index) % rooms}`)),
    );
    members.push(...(await Promise.all(batch)));
  }
  for (const { socket } of members) {
    socket.on("message", (data: Buffer) => {
      if (!dialect.isMessage(data)) return;
      delivered++;
      onDelivered();
    });
  }
}

/** As long as the topics of real rooms and the ids of real peers. */
const roomOf = (name: string): string => name.padStart(52, "a");

async function enter(url: string, name: string, room: string): Promise<Member> {
  const member = {
    socket: new WebSocket(url, { perMessageDeflate: false }),
    all: `${room}/all`,
    own: `${room}/${name.padStart(32, "b")}`,
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

/** Somebody new, from the handshake to the subscriptions that hold, and gone again. In rooms where nothing is counted. */
async function visit(url: string, number: number): Promise<void> {
  const { socket } = await enter(url, `${number}`, roomOf(`visited${number % 100}`));
  socket.close();
}

/**
 * Signals for that long, so many under way at once, while `joinsPerSecond` newcomers join: each is a handshake, its
 * subscriptions and the announcement to a room. Returns how many messages arrived, in how long, and how many joined.
 */
export async function signal(
  forMs: number,
  window: number,
  joinsPerSecond: number,
): Promise<{ count: number; ms: number; joins: number }> {
  const startedAt = performance.now();
  const origin = delivered;
  let owed = 0;
  let turn = 0;
  let joins = 0;
  let over = false;
  const roomSize = new Map<string, number>();
  for (const { all } of members) roomSize.set(all, (roomSize.get(all) ?? 0) + 1);
  const announce = ({ socket, all }: Member): void => {
    socket.send(dialect.frame("publish", all, BODY));
    owed += roomSize.get(all) ?? 0;
  };
  const visits = new Set<Promise<void>>();
  const fill = (): void => {
    const elapsedMs = performance.now() - startedAt;
    for (; joins < (joinsPerSecond * elapsedMs) / 1_000; joins++) {
      visits.add(visit(url, joins));
      announce(members[(joins * 7_919) % members.length] as Member);
    }
    while (owed - (delivered - origin) < window) {
      const from = members[(turn * 31) % members.length] as Member;
      if (turn++ % TO_ALL_EVERY === 0) announce(from);
      else {
        from.socket.send(dialect.frame("publish", from.own, BODY));
        owed++;
      }
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
  const ms = performance.now() - startedAt;
  // Nobody who could not join passes unnoticed.
  await Promise.all(visits);
  return { count: delivered - origin, ms, joins };
}

export async function close(): Promise<void> {
  for (const { socket } of members) socket.terminate();
  members = [];
}
