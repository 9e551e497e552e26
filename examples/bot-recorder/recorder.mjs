import { join } from "node:path";
import { record } from "@peerhood/media";

/**
 * Records each stream that is shared in a room to a file of its own, from when it is shared until it is not. A file has
 * the tracks that it begins with: a stream that gets another one, a camera beside the microphone, goes on in the next.
 * @param {import("peerhood").Peer} peer
 * @param {string} folder
 */
export function recorder(peer, folder) {
  /** @type {Map<import("peerhood").MediaStreamLike, { recording: import("@peerhood/media").Recording, tracks: string }>} */
  const running = new Map();
  let files = 0;

  // Also fires for each track that a new stream has; those are in its file already.
  peer.on("track:add", ({ remote, label, stream }) => {
    const tracks = stream
      .getTracks()
      .map(({ id }) => id)
      .join();
    if (running.get(stream)?.tracks === tracks) return;
    stop(stream);
    const { name = remote.id } = /** @type {{ name?: string }} */ (remote.metadata ?? {});
    const time = new Date().toISOString().replaceAll(":", "-").slice(0, 19);
    // Matroska holds whatever a remote sends, H264 as well.
    const file = join(folder, `${time} ${safe(name)} ${safe(label)} ${++files}.mkv`);
    const recording = record(stream, file);
    running.set(stream, { recording, tracks });
    console.log(`recording ${file}`);
    recording.finished.then(
      ({ seconds, tracks }) => {
        const parts = tracks.map(({ codec, frames }) => `${frames} frames of ${codec}`);
        console.log(`complete  ${file}: ${seconds.toFixed(1)} s, ${parts.join(", ")}`);
      },
      (error) => console.error(error.message),
    );
  });

  // Fires for whoever leaves as well.
  peer.on("stream:remove", ({ stream }) => stop(stream));

  /** The rest is told by `finished`. */
  function stop(/** @type {import("peerhood").MediaStreamLike} */ stream) {
    void running
      .get(stream)
      ?.recording.stop()
      .catch(() => {});
    running.delete(stream);
  }

  return {
    /** Completes all files. */
    stop: () => Promise.allSettled([...running.values()].map(({ recording }) => recording.stop())),
  };
}

/** What others call themselves is no path. */
function safe(/** @type {string} */ name) {
  return name.replace(/[^\p{L}\p{N} _-]/gu, "_").slice(0, 40);
}
