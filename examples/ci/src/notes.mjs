import { Peer, WebSocketDriver } from "peerhood";

/**
 * Notes that all members of a room have. Who comes later is given what there is; who is cut off catches up.
 * @param {{ url: string, room: string }} where
 */
export async function openNotes({ url, room }) {
  /** @type {Set<unknown>} */
  const notes = new Set();
  const driver = new WebSocketDriver(url);
  const peer = new Peer({ driver });
  peer.respond("notes", () => [...notes]);
  peer.on("connection:connected", async ({ remote, resumed }) => {
    if (resumed) return;
    for (const note of /** @type {unknown[]} */ (await remote.request("notes"))) notes.add(note);
  });
  peer.on("channel:message", async ({ data }) => notes.add(await data));
  await peer.open("notes");
  await peer.join(room);
  return {
    list: () => [...notes].sort(),
    /** Resolves when all members have it. */
    async add(/** @type {string} */ note) {
      notes.add(note);
      await peer.send(note, "notes");
    },
    async close() {
      await peer.leave();
      await driver.close();
    },
  };
}
