// Ada: begins the conversation, sends the file, then greets whoever comes.
import { openAsBlob } from "node:fs";
import { createBot, perform } from "./bot.mjs";
import { answerTo, LINES } from "./lines.mjs";
import { sha256OfFile } from "./noise.mjs";

const { peer, report, join } = await createBot("Ada");
const startedMs = performance.now();

/** @param {string} path */
async function sendFile(path) {
  // A Blob that reads from the disk as it goes: the file is never in memory as a whole.
  const blob = await openAsBlob(path);
  const [echo] = [...peer.remotes.values()].filter(isEcho);
  if (echo === undefined) throw new Error("Ada can not send: Echo is gone.");
  await echo.send(blob, { label: "files", info: { name: "noise.bin" } });
  report("sent", { sha256: await sha256OfFile(path) });
}

/** @param {import("./peerhood.mjs").RemotePeer} remote */
function isEcho(remote) {
  return /** @type {{ name?: string } | undefined} */ (remote.metadata)?.name === "Echo";
}

peer.on("connection:connected", async ({ remote }) => {
  if (isEcho(remote)) {
    const { selectedCandidatePair: pair } = await remote.stats();
    report("met", { ms: performance.now() - startedMs, pair });
    await remote.send(LINES[0]?.text, "chat");
    return;
  }
  await remote.send("Welcome! Echo repeats what you say, and tells the SHA-256 of files that you drop here.", "chat");
});

peer.on("channel:message", async ({ remote, label, data }) => {
  // A file for everybody comes here too. Unread it would wait for ever, so it is read and forgotten.
  if (label !== "chat") return data.pipeTo(new WritableStream());
  if (!isEcho(remote)) return;
  const text = String(await data);
  report("heard", { who: "Echo", text });
  const answer = answerTo("Ada", text);
  if (answer !== undefined) await remote.send(answer, "chat");
});

process.on("message", (/** @type {{ send: string }} */ message) => {
  void perform(report, () => sendFile(message.send));
});

await perform(report, join);
