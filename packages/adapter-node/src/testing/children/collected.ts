import { connect, createEnd } from "../pair.js";

declare const gc: () => void;

const BYTES = 32 * 1_048_576;
const PIECE_BYTES = 65_536;

/** Starts a transfer and keeps nothing of it but what resolves the promise. */
async function transfer(): Promise<number> {
  const [a, b] = [createEnd(), createEnd()];
  await connect(a, b);
  return new Promise((resolve) => {
    let received = 0;
    b.channel.addEventListener("message", ({ data }) => {
      received += (data as ArrayBuffer).byteLength;
      if (received < BYTES) return;
      resolve(received);
      void a.connection.close();
      void b.connection.close();
    });
    b.channel.addEventListener("close", () => resolve(received));
    a.channel.bufferedAmountLowThreshold = PIECE_BYTES;
    let sent = 0;
    const send = (): void => {
      while (sent < BYTES && a.channel.bufferedAmount <= 4 * PIECE_BYTES) {
        a.channel.send(new Uint8Array(PIECE_BYTES));
        sent += PIECE_BYTES;
      }
    };
    a.channel.addEventListener("bufferedamountlow", send);
    send();
  });
}

let collections = 0;
const collecting = setInterval(() => {
  gc();
  collections++;
}, 5);
const transfers = Promise.all([transfer(), transfer()]);
console.log("received", ...(await transfers));
clearInterval(collecting);
console.log("collections", collections);
