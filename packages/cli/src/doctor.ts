import { diagnose } from "peerhood";
import { type ConnectFlags, createDriver, iceServersOf, serverUrl } from "./connect.js";
import { EXIT } from "./exit-codes.js";
import type { Interrupt } from "./interrupt.js";
import { type Output, writeData } from "./output.js";

/** `doctor`: what a connection needs, checked one by one. Its findings go to stdout; 1 if a check failed. */
export async function doctor(flags: ConnectFlags, output: Output, { signal }: Interrupt): Promise<number> {
  const hasServer = (flags.server ?? process.env["PEERHOOD_SERVER"] ?? "") !== "";
  if (hasServer) output.note(`Asking ${serverUrl(flags)} …`);
  const driver = hasServer ? createDriver(flags) : undefined;
  try {
    const options = { iceServers: iceServersOf(flags), signal, ...(driver === undefined ? {} : { driver }) };
    const diagnosis = await diagnose(options);
    signal.throwIfAborted();
    await writeData(`${output.json ? JSON.stringify(diagnosis) : diagnosis.text}\n`);
    if (!hasServer) output.note("No server was named (--server, PEERHOOD_SERVER), so signaling was not checked.");
    return diagnosis.ok ? EXIT.ok : EXIT.failed;
  } finally {
    await driver?.close();
  }
}
