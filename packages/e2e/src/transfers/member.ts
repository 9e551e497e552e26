// What the members of these tests share, in a page and in Node: one driver, one Peer, and what went wrong in the
// background.
import {
  isPeerhoodError,
  Peer,
  WebSocketDriver,
  type OpenOptions,
  type PeerhoodError,
  type PeerOptions,
  type RemotePeer,
} from "peerhood";

export interface Member {
  readonly peer: Peer;
  /** Codes and messages of `error` and `channel:error`. */
  readonly background: string[];
  /** The only remote, or the one of that name, once it is connected. */
  remote(name?: string): Promise<RemotePeer>;
  leave(): Promise<void>;
}

export async function joinRoom(
  url: string,
  room: string,
  name: string,
  channels: readonly (string | OpenOptions)[],
  options: Pick<PeerOptions, "reconnect"> = {},
): Promise<Member> {
  const driver = new WebSocketDriver(url);
  const peer = new Peer({ driver, ...options });
  const background: string[] = [];
  const record = ({ code, message, cause }: PeerhoodError): void => {
    background.push(`${code}: ${message}${cause === undefined ? "" : ` ${String(cause)}`}`);
  };
  peer.on("error", ({ error }) => record(error));
  peer.on("channel:error", ({ error }) => record(error));
  for (const channel of channels) await peer.open(channel);
  await peer.join({ room, metadata: { name } });
  return {
    peer,
    background,
    remote: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          for (const remote of peer.remotes.values()) {
            const { name: itsName } = remote.metadata as { name: string };
            if (remote.state !== "connected" || (wanted !== undefined && itsName !== wanted)) continue;
            peer.off("connection:connected", look);
            return resolve(remote);
          }
        };
        peer.on("connection:connected", look);
        look();
      }),
    async leave() {
      await peer.leave();
      await driver.close();
    },
  };
}

/** `""`, or the code with which it failed. */
export async function codeOf(outcome: PromiseLike<unknown>): Promise<string> {
  try {
    await outcome;
    return "";
  } catch (error) {
    return isPeerhoodError(error) ? error.code : `not typed: ${String(error)}`;
  }
}
