import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conversation } from "./conversation.mjs";
import { sha256OfFile, writeNoise } from "./noise.mjs";
import { startPlayer } from "./players.mjs";
import { createCleanUp, figures, interruption, openStage, startDeadline } from "./stage.mjs";
import { createTerminal } from "./terminal.mjs";

const ROOM = "demo";
const MIB = 1024 * 1024;
const FILE_BYTES = 64 * MIB;
/** From the end of the set-up to the last hash. It takes 3 s on two cores. */
const DEADLINE_MS = 55_000;

/** @typedef {ReturnType<typeof createTerminal>} Terminal */
/** @typedef {import("./players.mjs").Report} Report */

/**
 * Tells it from the first process to the last, and cleans up whatever happens.
 * @param {{ once: boolean, port: number | undefined }} options
 * @returns {Promise<number>} exit code
 */
export async function tellStory({ once, port }) {
  const out = createTerminal(process.stdout);
  const cleanUp = createCleanUp();
  let step = "starting";
  const deadline = startDeadline(DEADLINE_MS, () => `not done after ${DEADLINE_MS / 1000} s.`);
  const interrupted = interruption();
  try {
    const told = play(out, port, cleanUp.add, (now) => (step = now));
    // Where something else wins the race, how the rest of it fails is no news.
    told.catch(() => {});
    const result = await Promise.race([told, deadline.passed, interrupted]);
    deadline.stop();
    // As a shell says it: 128 and the number of SIGINT.
    if (result === "interrupted") return 130;
    if (once) return 0;
    out.line();
    out.line(`  ${out.quiet("page")}     ${out.bold(result.page)}`);
    out.line(out.quiet("           Both bots are in the room. Ctrl-C ends it."));
    await Promise.race([interrupted, result.failed]);
    return 0;
  } catch (error) {
    deadline.stop();
    out.line();
    out.line(
      `  ${out.red("The demo failed")} while ${step}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return 1;
  } finally {
    await cleanUp.run();
    out.line();
  }
}

/**
 * @param {Terminal} out
 * @param {number | undefined} port
 * @param {ReturnType<typeof createCleanUp>["add"]} later what has to be undone
 * @param {(step: string) => void} at what is being done
 */
async function play(out, port, later, at) {
  out.line();
  at("starting the server");
  const { server, note } = await openStage(port);
  later(() => server.close());
  const origin = `http://localhost:${server.port}`;
  out.line(`  ${out.quiet("server")}   signaling and page on ${origin} ${note}`.trimEnd());

  at("writing a file of random bytes");
  const folder = await mkdtemp(join(tmpdir(), "peerhood-demo-"));
  later(() => rm(folder, { recursive: true, force: true }));
  const original = join(folder, "noise.bin");
  const copy = join(folder, "copy-of-noise.bin");
  await writeNoise(original, FILE_BYTES);

  at("waiting for both bots to join");
  const echo = startPlayer("bot-b.mjs", "Echo", [server.url, ROOM, copy]);
  later(() => echo.stop());
  const ada = startPlayer("bot-a.mjs", "Ada", [server.url, ROOM]);
  later(() => ada.stop());
  const failed = Promise.race([ada.failed, echo.failed]);
  failed.catch(() => {});
  ada.on("trouble", ({ message }) => out.line(out.quiet(`  note     Ada: ${message}`)));
  echo.on("trouble", ({ message }) => out.line(out.quiet(`  note     Echo: ${message}`)));
  const met = ada.next("met");
  const talk = conversation(ada, echo);
  await Promise.race([Promise.all([ada.next("joined"), echo.next("joined")]), failed]);
  out.line(`  ${out.quiet("bots")}     Ada in process ${ada.pid}, Echo in process ${echo.pid}`);

  at("waiting for the bots to connect");
  out.line(`  ${out.quiet("WebRTC")}   connected${pathOf(await Promise.race([met, failed]))}`);
  out.line();
  at("listening to the bots");
  await Promise.race([talk.told((who, text) => out.line(`  ${out.bold(who.padEnd(7))}  ${text}`)), failed]);
  out.line();

  at("handing the file over");
  const bar = out.progress();
  echo.on("progress", ({ current, total, ms }) => bar.update(current / total, figures(current, total, ms)));
  const hashes = Promise.all([ada.next("sent"), echo.next("received")]);
  ada.tell({ send: original });
  const [sent, received] = await Promise.race([hashes, failed]);
  bar.end();
  out.line();
  out.line(out.quiet("  SHA-256 of the file on Ada's disk, and of the copy on Echo's"));
  out.line(`  ${out.bold("Ada")}      ${sent.sha256}`);
  out.line(`  ${out.bold("Echo")}     ${received.sha256}`);

  at("comparing the files");
  const same = sent.sha256 === received.sha256 && (await sha256OfFile(copy)) === sent.sha256;
  if (!same || received.bytes !== FILE_BYTES) {
    throw new Error(`the file changed on its way; ${received.bytes} of ${FILE_BYTES} bytes arrived.`);
  }
  out.line(`           ${out.green("the same")}`);
  at("waiting for you");
  return { page: `${origin}/?room=${ROOM}`, failed };
}

/** @param {Report} report */
function pathOf({ pair, ms }) {
  const took = `${(ms / 1000).toFixed(1)} s after Ada's start`;
  if (pair === undefined) return ` ${took}`;
  const relayed = pair.local.type === "relay" || pair.remote.type === "relay";
  return ` ${relayed ? "through a relay" : "directly"} over ${pair.local.protocol.toUpperCase()}, ${took}`;
}
