import type { Peer, RemotePeer } from "peerhood";
import { byId } from "../dom.js";
import { CAMERA, SCREEN, type OwnMedia } from "../media/own-media.js";
import { qualityInWords, qualityMeter } from "../media/quality.js";
import { readProfile } from "../profile.js";
import { Tile, type TileContent } from "./tile.js";

const QUALITY_INTERVAL_MS = 2_000;

/** Above that, what a remote shares would push everything else off the page. */
const MOST_TILES = 25;

/** The grid of what everybody shows. Returns what draws it anew. */
export function stage(peer: Peer, own: () => OwnMedia, me: () => { id: string; name: string }): () => void {
  const section = byId("stage", HTMLElement);
  const grid = byId("tiles", HTMLElement);
  const sound = byId("sound", HTMLButtonElement);
  const tiles = new Map<string, Tile>();
  const measure = qualityMeter();

  const draw = (): void => {
    const wanted = new Map([...ownContents(own(), me()), ...contents(peer)].slice(0, MOST_TILES));
    for (const [key, tile] of tiles) {
      if (wanted.has(key)) continue;
      tile.remove();
      tiles.delete(key);
    }
    for (const [key, content] of wanted) {
      const tile = tiles.get(key) ?? new Tile(content, () => (sound.hidden = false));
      if (!tiles.has(key)) grid.append(tile.element);
      tiles.set(key, tile);
      tile.show(content);
    }
    section.hidden = tiles.size === 0;
    grid.style.setProperty("--count", String(tiles.size));
    const columns = Math.ceil(Math.sqrt(tiles.size));
    grid.style.setProperty("--columns", String(columns));
    grid.style.setProperty("--rows", String(Math.ceil(tiles.size / (columns || 1))));
  };

  const lookAtQuality = async (remote: RemotePeer): Promise<void> => {
    for (const [label, stream] of remote.streams as ReadonlyMap<string, MediaStream>) {
      const [track] = [...stream.getVideoTracks(), ...stream.getAudioTracks()];
      const quality = track && (await measure(remote, track));
      if (quality !== undefined) tiles.get(keyOf(remote.id, label))?.setQuality(qualityInWords(quality));
    }
  };

  sound.addEventListener("click", () => {
    sound.hidden = true;
    for (const tile of tiles.values()) tile.play();
  });
  peer.on("stream", draw);
  peer.on("track", draw);
  peer.on("remote:metadata", draw);
  setInterval(() => {
    // One that leaves while it is asked has no statistics, and no tile either.
    void Promise.allSettled(Array.from(peer.remotes.values(), lookAtQuality));
  }, QUALITY_INTERVAL_MS);
  return draw;
}

function keyOf(id: string, label: string): string {
  return `${label} ${id}`;
}

function ownContents({ streams, state }: OwnMedia, me: { id: string; name: string }): [string, TileContent][] {
  return [...streams].map(([label, stream]) => {
    const muted = label === CAMERA && state.microphone === "muted";
    return [keyOf("", label), { ...me, label, stream, mine: true, muted }];
  });
}

function* contents(peer: Peer): Generator<[string, TileContent]> {
  for (const remote of peer.remotes.values()) {
    const { name, muted } = readProfile(remote.metadata);
    // Others than this page have labels of their own: a bot that plays music.
    for (const label of [...remote.streams.keys()].sort((a, b) => rank(a) - rank(b))) {
      const stream = remote.streams.get(label);
      const content = { id: remote.id, name, label, stream: stream as MediaStream, mine: false };
      yield [keyOf(remote.id, label), { ...content, muted: muted && label === CAMERA }];
    }
  }
}

function rank(label: string): number {
  return label === SCREEN ? 0 : label === CAMERA ? 1 : 2;
}
