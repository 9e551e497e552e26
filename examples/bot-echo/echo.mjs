import { createHash } from "node:crypto";

/**
 * Makes a Peer answer in its room: chat is repeated to whoever spoke, a file is acknowledged with its SHA-256.
 * @param {import("peerhood").Peer} peer
 */
export async function echo(peer) {
  peer.on("channel:message", async ({ remote, label, data, info }) => {
    // Two echoes in one room would never stop.
    if (/** @type {{ bot?: boolean } | undefined} */ (remote.metadata)?.bot === true) return;
    if (label === "chat") {
      const text = await data;
      if (typeof text === "string") await remote.send(`You said: ${text}`, "chat");
    } else if (label === "files") {
      // Read as it arrives: the bot holds a few chunks of a file, never all of it.
      const hash = createHash("sha256");
      let bytes = 0;
      try {
        for await (const chunk of data) {
          hash.update(chunk);
          bytes += chunk.length;
        }
      } catch {
        // Cancelled, or cut off: there is nothing to acknowledge.
        return;
      }
      const { name = "your file" } = /** @type {{ name?: string }} */ (info ?? {});
      await remote.send(`Got ${name}: ${bytes} bytes, SHA-256 ${hash.digest("hex")}`, "chat");
    }
  });
  await peer.open("chat");
  await peer.open("files");
}
