import { join } from "node:path";
import { record } from "@peerhood/media";

/**
 * Records each stream that is shared in a room to a file of its own, from when it is shared until it is not.
 * @param {import("peerhood").Peer} peer
 * @param {string} folder
 */
export function recorder(peer, folder) {
  /** @type {Map<import("peerhood").MediaStreamLike, import("@peerhood/media").Recording>} */
  const running = new Map();

  peer.on("stream:add", ({ remote, label, stream }) => {
    const { name = remote.id } = /** @type {{ name?: string }} */ (remote.metadata ?? {});
    const time = new Date().toISOString().replaceAll(":", "-").slice(0, 19);
    // Matroska holds whatever a remote sends, H264 as well.
    const file = join(folder, `${time} ${safe(name)} ${safe(label)} ${remote.id.slice(0, 6)}.mkv`);
    const recording = record(stream, file);
    running.set(stream, recording);
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
  peer.on("stream:remove", ({ stream }) => {
    void running
      .get(stream)
      ?.stop()
      .catch(() => {});
    running.delete(stream);
  });

  return {
    /** Completes all files. */
    stop: () => Promise.allSettled([...running.values()].map((recording) => recording.stop())),
  };
}

/** What others call themselves is no path. */
function safe(/** @type {string} */ name) {
  return name.replace(/[^\p{L}\p{N} _-]/gu, "_").slice(0, 40);
}
