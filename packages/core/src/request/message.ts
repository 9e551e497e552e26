import { isMethod } from "./responders.js";

/** What the `info` of a message on the request channel says it is; the message itself is the payload. */
export type RequestMessage =
  | { readonly request: number; readonly method: string; readonly void?: true }
  /** `void`: the payload is `undefined`. With an error there is none either. */
  | { readonly reply: number; readonly void?: true; readonly error?: WireError }
  /** The requester does not want the reply any more. */
  | { readonly cancel: number };

export interface WireError {
  readonly code: string;
  readonly message?: string;
  /** The code of what the handler threw. */
  readonly remoteCode?: string;
}

/** The message that carries a request, and its info. */
export function carry(
  request: number,
  method: string,
  payload: unknown,
): { readonly message: unknown; readonly info: RequestMessage } {
  if (payload === undefined) return { message: "", info: { request, method, void: true } };
  return { message: payload, info: { request, method } };
}

/** @throws TypeError when it is none */
export function parseRequestMessage(info: unknown): RequestMessage {
  const fields = (info ?? {}) as Record<string, unknown>;
  const { request, reply, cancel, method, error, void: nothing } = fields;
  const payload = nothing === true ? ({ void: true } as const) : {};
  let message: RequestMessage;
  if (isId(request) && isMethod(method)) message = { request, method, ...payload };
  else if (isId(cancel)) message = { cancel };
  else if (isId(reply)) {
    message = {
      reply,
      ...payload,
      ...(error === undefined ? {} : { error: parseError(error) }),
    };
  } else throw new TypeError("a message that is no request, reply or cancellation");
  // The handler holds the message for as long as it runs; what else the remote has put there it shall not hold.
  for (const key of Object.keys(fields)) delete fields[key];
  return message;
}

function parseError(error: unknown): WireError {
  const { code, message, remoteCode } = (error ?? {}) as Record<string, unknown>;
  if (typeof code !== "string") throw new TypeError("an error without a code");
  return {
    code,
    ...(typeof message === "string" ? { message } : {}),
    ...(typeof remoteCode === "string" ? { remoteCode } : {}),
  };
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
