import { PeerhoodError } from "@peerhood/core";

/** By status (mercure.rocks/spec, "Error responses"). */
export function refusal(status: number, what: string): Error {
  if (status === 401 || status === 403) {
    const message = `The Mercure hub refused to let this client ${what} (status ${status}): look at token and its claims.`;
    return new PeerhoodError("DRIVER_REFUSED", message);
  }
  if (status === 429) {
    return new PeerhoodError("SIGNALING_LIMIT", `A limit of the Mercure hub's is met: it may not ${what} now.`, {
      retryable: true,
    });
  }
  return new Error(`status ${status}`);
}
