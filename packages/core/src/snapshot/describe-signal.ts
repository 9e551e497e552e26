import type { ControlMessage, MeetingMessage } from "../session/messages.js";
import type { SnapshotSignal } from "./snapshot.js";

export type Signal = MeetingMessage | ControlMessage;

/** As the other side wrote it: any shape. */
type Unchecked = {
  readonly t: Signal["t"];
  readonly e?: unknown;
  readonly description?: { readonly type?: unknown };
  readonly candidate?: { readonly candidate?: unknown } | null;
};

/** What may be known of a signal: neither SDP nor addresses. `undefined`: it is none, or of a later version. */
export function describeSignal(
  message: Signal,
  epochOfConnection?: number,
): Omit<SnapshotSignal, "at" | "direction" | "via"> | undefined {
  const { t, e = epochOfConnection, description, candidate } = message as Unchecked;
  const epoch = Number.isSafeInteger(e) ? { epoch: e as number } : {};
  switch (t) {
    case "intro":
    case "accept":
    case "refuse":
    case "verify":
      return { stage: "meeting", kind: t };
    case "description":
      return { stage: "negotiation", kind: description?.type === "offer" ? "offer" : "answer", ...epoch };
    case "candidate": {
      const text = typeof candidate?.candidate === "string" ? candidate.candidate : "";
      if (text === "") return { stage: "negotiation", kind: "end-of-candidates", ...epoch };
      // RFC 8839 section 5.1: "typ", then the type.
      const type = / typ (host|srflx|prflx|relay)\b/.exec(text)?.[1];
      return { stage: "negotiation", kind: "candidate", ...epoch, ...(type !== undefined && { detail: type }) };
    }
    case "negotiate":
    case "hello":
      return { stage: "negotiation", kind: t, ...epoch };
    case "media":
    case "metadata":
    case "bye":
      return { stage: "session", kind: t };
    default:
      return undefined;
  }
}
