// Several transfers of the same size at once, over one channel.
import { joinRoom, type Member } from "./member.js";

let member: Member;

export async function join(url: string, room: string, name: string): Promise<void> {
  member = await joinRoom(url, room, name, ["bulk"]);
}

export async function met(): Promise<void> {
  await member.remote();
}

export async function send(count: number, bytes: number): Promise<void> {
  const remote = await member.remote();
  await Promise.all(Array.from({ length: count }, () => remote.send(new Uint8Array(bytes), "bulk")));
}

let ends: Promise<number[]>;

/** Reads the next `count` messages; `took` tells of each how long it took, in milliseconds since the first one began. */
export function expectBulk(count: number): void {
  ends = new Promise((resolve, reject) => {
    const reading: Promise<number>[] = [];
    let beganMs = 0;
    const listener = ({ data }: { data: AsyncIterable<Uint8Array> }): void => {
      beganMs ||= performance.now();
      reading.push(
        (async () => {
          for await (const chunk of data) void chunk.length;
          return performance.now() - beganMs;
        })(),
      );
      if (reading.length < count) return;
      member.peer.off("channel:message", listener);
      Promise.all(reading).then(resolve, reject);
    };
    member.peer.on("channel:message", listener);
  });
  // Its failure is `took`'s.
  ends.catch(() => {});
}

export function took(): Promise<number[]> {
  return ends;
}

export async function leave(): Promise<string[]> {
  await member.leave();
  return member.background;
}
