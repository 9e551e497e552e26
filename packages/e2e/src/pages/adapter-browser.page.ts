import { browserAdapter, createBrowserAdapter, type BrowserConnection } from "@peerhood/adapter-browser";
import { isPeerhoodError, type ConnectionAdapter } from "@peerhood/core";
import { silentLogger, systemClock } from "@peerhood/core/internal";
import { connectPair } from "@peerhood/testing";

const context = { adapter: browserAdapter, clock: systemClock, timeoutMs: 10_000 };

async function create(adapter: ConnectionAdapter = browserAdapter): Promise<BrowserConnection> {
  await adapter.load?.();
  const ignore = (): void => {};
  return adapter.createConnection({
    iceServers: [],
    iceTransportPolicy: "all",
    logger: silentLogger,
    handlers: { candidate: ignore, state: ignore, unexpectedChannel: ignore, error: ignore },
  }) as BrowserConnection;
}

function failure(error: unknown): { code: string; retryable: boolean; message: string } {
  if (!isPeerhoodError(error)) throw error;
  const { code, retryable, message } = error;
  return { code, retryable, message };
}

/** Makes connections until the browser refuses one, or `limit` of them exist. */
export async function createMany(limit: number): Promise<unknown> {
  const made: BrowserConnection[] = [];
  try {
    while (made.length < limit) made.push(await create());
    return made.length;
  } catch (error) {
    return failure(error);
  } finally {
    await Promise.all(made.map((connection) => connection.close()));
  }
}

/** Two connections of this page: which classes their objects are of, and a message. */
export async function connectHere(): Promise<unknown> {
  await browserAdapter.load?.();
  const { a, control, close } = await connectPair(context);
  control.b.channel.send("hello");
  const heard = await control.a.next();
  const { channel } = control.a;
  const kinds = [a.connection.native, channel].map((value) => Object.prototype.toString.call(value).slice(8, -1));
  await close();
  return { kinds, binaryType: channel.binaryType, heard };
}

/** Ends one side with nothing but the native call, as a page that is closed does; resolves when the other says so. */
export async function remoteVanishes(): Promise<{ ms: number; states: string[] }> {
  await browserAdapter.load?.();
  const { a, b, close } = await connectPair(context);
  // The channel is open before the state of the whole is told.
  await b.until(() => b.states.includes("connected"));
  const start = performance.now();
  (a.connection.native as RTCPeerConnection).close();
  await b.until(() => b.states.includes("closed"));
  const ms = performance.now() - start;
  await close();
  return { ms, states: b.states };
}

/** Whether what was set for every connection arrives at the browser's. */
export async function withConfiguration(iceCandidatePoolSize: number): Promise<unknown> {
  const connection = await create(createBrowserAdapter({ configuration: { iceCandidatePoolSize } }));
  const configuration = connection.native.getConfiguration();
  await connection.close();
  return configuration.iceCandidatePoolSize;
}

export function openSocket(url: string): unknown {
  try {
    browserAdapter.createSocket(url).close();
    return "opened";
  } catch (error) {
    return failure(error);
  }
}
