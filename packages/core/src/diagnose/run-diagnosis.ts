import type { IceServer } from "../adapter.js";
import { PeerhoodError, toPeerhoodError } from "../errors.js";
import { IceServerSource } from "../room/ice-server-source.js";
import { systemClock } from "../util/clock.js";
import { createDeferred } from "../util/deferred.js";
import { checkLoopback } from "./check-loopback.js";
import { checkServer } from "./check-server.js";
import { checkSignaling, signalingTimeout } from "./check-signaling.js";
import type { DiagnoseOptions } from "./diagnose.js";
import { describeCheck, type Diagnosis, type DiagnosisCheck } from "./diagnosis.js";
import { isTurn } from "./server-failure.js";

type Named = Pick<DiagnosisCheck, "name" | "target">;

/** One check after the other, so that none disturbs another's figures. */
export async function runDiagnosis(options: DiagnoseOptions): Promise<Diagnosis> {
  const { adapter, timeoutMs = 10_000, signal } = options;
  const clock = adapter.clock ?? systemClock;
  const random = adapter.randomBytes ?? ((length) => crypto.getRandomValues(new Uint8Array(length)));
  const checks: DiagnosisCheck[] = [];

  const skip = (what: Named, message: string): void => {
    checks.push({ ...what, status: "skipped", durationMs: 0, message });
  };

  /** `late` says what it means that the check took too long; without it, the check sees to that itself. */
  async function check(
    what: Named,
    body: (end: Promise<void>) => Promise<string>,
    late?: () => PeerhoodError,
  ): Promise<void> {
    if (signal?.aborted === true) return skip(what, "the checks were ended before it");
    const startedAt = clock.now();
    const end = createDeferred();
    const timer = clock.setTimeout(() => end.resolve(), timeoutMs);
    const stop = (): void => end.resolve();
    signal?.addEventListener("abort", stop, { once: true });
    const tooLate = end.promise.then((): never => {
      throw late?.() ?? new PeerhoodError("ABORTED", "The check was ended.");
    });
    tooLate.catch(() => {});
    const durationMs = (): number => Math.round(clock.now() - startedAt);
    try {
      const running = body(end.promise);
      const message = await (late === undefined ? running : Promise.race([running, tooLate]));
      checks.push({ ...what, status: "ok", durationMs: durationMs(), message });
    } catch (cause) {
      const { code, message } = toPeerhoodError(cause, "CONNECTION_FAILED", `It failed: ${String(cause)}`);
      checks.push({ ...what, status: "failed", durationMs: durationMs(), code, message });
    } finally {
      clock.clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  const given = options.driver ?? [];
  const drivers = "publish" in given ? [given] : given;
  if (drivers.length === 0) skip({ name: "signaling" }, "no driver was given");
  for (const [index, driver] of drivers.entries()) {
    await check(
      { name: "signaling", ...(drivers.length > 1 && { target: String(index + 1) }) },
      () => checkSignaling(driver, random),
      () => signalingTimeout(timeoutMs, driver.state),
    );
  }

  let iceServers: readonly IceServer[] = [];
  let loadError: unknown;
  try {
    await adapter.load?.();
    iceServers = await new IceServerSource(options.iceServers ?? [], clock).get();
  } catch (error) {
    loadError = error;
  }
  const single = iceServers.flatMap((server) => [server.urls].flat().map((urls) => ({ ...server, urls })));
  for (const kind of ["stun", "turn"] as const) {
    const servers = single.filter(({ urls }) => isTurn(urls) === (kind === "turn"));
    if (servers.length === 0) skip({ name: kind }, `no ${kind.toUpperCase()} server was given`);
    for (const server of servers) {
      await check({ name: kind, target: server.urls }, (end) => checkServer(adapter, server, end));
    }
  }
  await check({ name: "loopback" }, (end) => {
    if (loadError !== undefined) throw loadError;
    return checkLoopback(adapter, iceServers, end);
  });
  const ok = checks.every(({ status }) => status !== "failed");
  return { ok, checks, text: checks.map(describeCheck).join("\n") };
}
