// Echo: answers Ada, writes her file to the disk, then is the echo bot of examples/bot-echo.
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { echo } from "../../examples/bot-echo/echo.mjs";
import { createBot, perform } from "./bot.mjs";
import { answerTo } from "./lines.mjs";
import { sha256OfFile } from "./noise.mjs";

/** The bar needs no more. */
const REPORT_EVERY_MS = 50;

const { peer, report, join } = await createBot("Echo");
const path = process.argv[4] ?? "";

/** @param {import("./peerhood.mjs").ChannelMessageEvent} message */
async function receiveFile({ data, size }) {
  const startedMs = performance.now();
  let current = 0;
  let reportedMs = 0;
  await pipeline(
    data,
    async function* (chunks) {
      for await (const chunk of chunks) {
        current += chunk.length;
        const nowMs = performance.now();
        if (nowMs - reportedMs >= REPORT_EVERY_MS || current === size) {
          reportedMs = nowMs;
          report("progress", { current, total: size, ms: nowMs - startedMs });
        }
        yield chunk;
      }
    },
    createWriteStream(path),
  );
  report("received", { bytes: current, ms: performance.now() - startedMs, sha256: await sha256OfFile(path) });
  peer.off("channel:message", onMessage);
  await echo(peer);
}

/** @param {import("./peerhood.mjs").ChannelMessageEvent} message */
async function onMessage(message) {
  const { remote, label, data } = message;
  if (label === "files") return perform(report, () => receiveFile(message));
  const text = String(await data);
  report("heard", { who: "Ada", text });
  const answer = answerTo("Echo", text);
  if (answer !== undefined) await remote.send(answer, "chat");
}

peer.on("channel:message", onMessage);
await perform(report, join);
