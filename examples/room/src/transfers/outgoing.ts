import type { RemotePeer, Transfer } from "peerhood";
import { nameOf } from "../people.js";
import { inWords } from "../words.js";
import { FILES, type FileTransfer } from "./file-transfer.js";
import { Leg } from "./leg.js";

/**
 * Sends a file to each of these remotes: a transfer of its own for each, so that each has its pace, its failure
 * and its end. (`peer.send(file)` is the same in one line, with one promise for all.)
 */
export function sendFile(remotes: readonly RemotePeer[], file: File): FileTransfer {
  const runs = remotes.map((remote) => {
    // The type travels with the Blob; the name is told ahead, for the receiver shows it from the first byte on.
    const transfer = remote.send(file, { label: FILES, info: { name: file.name } });
    const leg = new Leg(nameOf(remote), file.size, () => transfer.cancel());
    return { leg, ended: follow(transfer, leg) };
  });
  return {
    direction: "out",
    name: file.name,
    size: file.size,
    legs: runs.map((run) => run.leg),
    finished: Promise.all(runs.map((run) => run.ended)).then(() => undefined),
  };
}

async function follow(transfer: Transfer, leg: Leg): Promise<void> {
  try {
    for await (const { current } of transfer) leg.advance(current);
    await transfer;
    leg.end("done");
  } catch (error) {
    // After the button was pressed the leg has ended already, and this changes nothing.
    leg.end("failed", inWords(error));
  }
}
