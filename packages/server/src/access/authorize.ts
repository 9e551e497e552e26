/** Who is asking, beside the token. */
export interface Client {
  /** Of the client, or of the nearest proxy unless it is trusted. */
  readonly address: string;
  /** What a browser says of the page; other clients say what they like. */
  readonly origin: string | undefined;
  /** `refresh`: over a socket that was let in; `ice`: for TURN credentials. */
  readonly purpose: "socket" | "refresh" | "ice";
}

/** What a token allows. */
export interface Grant {
  /** Who it is. A token that replaces one over an open socket must say the same. */
  readonly id?: string;
  /** Room topics (`roomTopic(name)`): these and everything below them. Without a list every topic. */
  readonly topics?: readonly string[];
  /** Until when, milliseconds since 1970. Without it for as long as the socket is open. */
  readonly expiresAt?: number;
}

/**
 * Decides whether a client may use the server. `token` is what its driver was given, `""` without one. Only `true` and a
 * {@link Grant} let in; `false`, a throw and anything else refuse, for good. A throw of {@link TryLaterError} says that
 * nobody can tell now.
 */
export type Authorize = (token: string, client: Client) => boolean | Grant | Promise<boolean | Grant>;

/** Thrown by a hook that can not decide now, since its database is away for instance: the client asks again. */
export class TryLaterError extends Error {
  override readonly name = "TryLaterError";
}

/** Everything, for ever. */
const EVERYTHING: Grant = {};

export async function decide(
  authorize: Authorize | undefined,
  token: string,
  client: Client,
): Promise<Grant | "refused" | "later"> {
  if (authorize === undefined) return EVERYTHING;
  try {
    const answer: unknown = await authorize(token, client);
    // A hook that forgets its `return`, or returns a row of a table by mistake, must not open the door.
    if (answer === true) return EVERYTHING;
    return isGrant(answer) && !hasExpired(answer) ? answer : "refused";
  } catch (error) {
    return error instanceof TryLaterError ? "later" : "refused";
  }
}

export function allows({ topics }: Grant, topic: string): boolean {
  return topics === undefined || topics.some((each) => topic === each || topic.startsWith(`${each}/`));
}

export function hasExpired({ expiresAt = Infinity }: Grant): boolean {
  return Date.now() >= expiresAt;
}

/** Wrong types refuse: a list of topics that is not understood must not become every topic. */
function isGrant(value: unknown): value is Grant {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { id, topics, expiresAt } = value as Record<string, unknown>;
  return (
    (id === undefined || typeof id === "string") &&
    (topics === undefined || (Array.isArray(topics) && topics.every((topic) => typeof topic === "string"))) &&
    (expiresAt === undefined || typeof expiresAt === "number")
  );
}
