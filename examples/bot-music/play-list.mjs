import { playFile } from "@peerhood/media";

/** What may be said in the chat, and what it does with the file that is playing. */
const COMMANDS = {
  pause: (/** @type {import("@peerhood/media").FilePlayer} */ player) => player.pause(),
  play: (/** @type {import("@peerhood/media").FilePlayer} */ player) => player.resume(),
  skip: (/** @type {import("@peerhood/media").FilePlayer} */ player) => player.close(),
  again: (/** @type {import("@peerhood/media").FilePlayer} */ player) => player.seek(0),
};

/**
 * Plays files into a room, one after the other and over again, under the label "music". Everybody there may say
 * "pause", "play", "skip" or "again".
 * @param {import("peerhood").Peer} peer
 * @param {readonly string[]} files
 */
export function playList(peer, files) {
  const stopping = new AbortController();
  /** @type {import("@peerhood/media").FilePlayer | undefined} */
  let player;

  peer.on("channel:message", async ({ label, data }) => {
    const command = label === "chat" ? String(await data).toLowerCase() : "";
    if (player && command in COMMANDS) await COMMANDS[/** @type {keyof typeof COMMANDS} */ (command)](player);
  });

  async function run() {
    let failures = 0;
    for (let index = 0; !stopping.signal.aborted && failures < files.length; index++) {
      const file = files[index % files.length] ?? "";
      try {
        player = await playFile(file, { signal: stopping.signal });
        failures = 0;
        // The same label: who listens hears the next file where the last one was.
        peer.share({ label: "music", stream: player.stream });
        console.log(`playing ${file}, ${player.duration.toFixed(0)} s`);
        await player.ended;
      } catch (error) {
        // It says what is wrong with the file, and the command that converts it.
        if (!stopping.signal.aborted) console.error(/** @type {Error} */ (error).message);
        failures++;
      }
    }
    peer.unshare("music");
  }

  return { ended: run(), stop: () => stopping.abort() };
}
