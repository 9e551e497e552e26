import type { PeerEvents } from "@peerhood/core";

/** Characters of a remote's metadata, or of an error's text, that a line shows. */
const SHOWN_CHARACTERS = 120;

/** One line about an event; `nameOf` gives the name of a remote. */
export function describeEvent(
  name: string,
  event: PeerEvents[keyof PeerEvents],
  nameOf: (id: string) => string,
): string {
  const who = "remote" in event && event.remote !== undefined ? nameOf(event.remote.id) : "";
  switch (event.name) {
    case "connection:connected":
      return join(name, who, event.resumed ? "(resumed)" : "");
    case "connection:closed":
      return join(name, who, `(${event.reason}${event.detail === undefined ? "" : `: ${event.detail}`})`);
    case "connection:failed":
      return join(name, who, describeError(event.error));
    case "channel:message":
      return `${name} ${quoted(event.label)} from ${who}${event.size === undefined ? "" : `, ${event.size} bytes`}`;
    case "channel:error":
      return join(name, quoted(event.label), who, describeError(event.error));
    case "channel:new":
    case "channel:open":
    case "channel:close":
    case "stream:add":
    case "stream:remove":
    case "track:add":
    case "track:remove":
      return join(name, quoted(event.label), "with", who);
    case "remote:metadata":
      return join(name, who, shortened(JSON.stringify(event.metadata) ?? ""));
    case "error":
      return join(name, who, describeError(event.error));
    default:
      return join(name, who);
  }
}

export function describeError(error: unknown): string {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  return shortened(code === undefined ? String(error) : `${String(code)}: ${String(message)}`);
}

function quoted(label: string): string {
  return JSON.stringify(label);
}

function shortened(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}
