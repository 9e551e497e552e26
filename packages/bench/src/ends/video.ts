/** A video as browsers send a camera: 2.4 Mbit/s. */
export const FRAMES_PER_SECOND = 30;
export const FRAME_BYTES = 10_000;
export const PACKETS_PER_FRAME = 9;
const KEY_FRAME_EACH = 30;

/** Looks like VP8: the P bit, and the start code of key frames (RFC 7741, section 4.3). */
export function vp8Frame(index: number): Uint8Array {
  const isKey = index % KEY_FRAME_EACH === 0;
  const frame = new Uint8Array(FRAME_BYTES).fill(index & 0xff);
  frame.set(isKey ? [0x10, 0, 0, 0x9d, 0x01, 0x2a] : [0x11, 0, 0, 0, 0, 0]);
  return frame;
}

/** Calls for each frame at its time, for so long; `speed` times as often as a camera. */
export async function atPace(ms: number, speed: number, send: (index: number) => void): Promise<void> {
  const began = performance.now();
  for (let index = 0; ; index++) {
    const due = began + (index * 1_000) / (speed * FRAMES_PER_SECOND);
    if (due > began + ms) return;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    send(index);
  }
}
