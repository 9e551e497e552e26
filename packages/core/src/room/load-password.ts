import { PeerhoodError } from "../errors.js";
import type { BeginPasswordRun } from "../sealing/password-run.js";
import { loadPart } from "./load-part.js";

/**
 * What shows that a password is known; `undefined` for a room without one, which loads nothing of it.
 * @throws PeerhoodError `MODULE_LOAD_FAILED`
 */
export async function loadPassword(password: string | undefined): Promise<BeginPasswordRun | undefined> {
  if (password === undefined) return undefined;
  return (await loadPart(import("../sealing/password.js"))).createPasswordRuns(password);
}

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function checkPassword(password: unknown): string | undefined {
  if (password === undefined || (typeof password === "string" && password !== "")) return password;
  // Not the value: it may be a secret of another type.
  throw new PeerhoodError(
    "INVALID_ARGUMENT",
    "password is a string that is not empty; leave it out for a room without.",
  );
}
