/**
 * Source of a program that lets two peers meet in one process or page and brings a message across: whoever runs it has
 * the adapter of its runtime, or fails. The name of the native connection's class tells which one. Rejects with what
 * ended the first connection that failed.
 */
export const MEET = `
async function meet() {
  const driver = new MemoryDriver();
  const [a, b] = [new Peer({ driver }), new Peer({ driver })];
  const heard = new Promise((resolve, reject) => {
    for (const peer of [a, b]) peer.on("connection:failed", ({ error }) => reject(error));
    b.on("channel:message", ({ data, remote }) => data.then((text) => resolve({ text, native: remote.connection })));
  });
  heard.catch(() => {});
  let sent;
  a.on("channel:open", () => {
    sent = a.send("hello", "chat");
  });
  await Promise.all([a.open("chat"), b.open("chat")]);
  await Promise.all([a.join("room"), b.join("room")]);
  try {
    const { text, native } = await heard;
    await sent;
    return { text, native: native.constructor.name };
  } finally {
    await Promise.all([a.leave(), b.leave()]);
    await driver.close();
  }
}
`;
