import { createBroadcast } from "../channel/transfer/index.js";
import { unknownRemote } from "../channel/transfer/transfer-to-nobody.js";
import { toPeerhoodError, type PeerhoodError } from "../errors.js";
import { REQUEST_LABEL } from "./constants.js";
import { carry } from "./message.js";
import type { OutgoingRequest, RequestOptions } from "./outgoing-request.js";
import type { Requests } from "./requests.js";

/** What became of a request to one of several remotes. */
export type RequestResult<T = unknown> =
  | { readonly status: "fulfilled"; readonly value: T }
  | { readonly status: "rejected"; readonly reason: PeerhoodError };

export interface RequestTarget {
  readonly id: string;
  /** Absent: no such remote. */
  readonly requests: Requests | undefined;
}

/** One request to several remotes: the payload is prepared once, the replies never wait for each other. */
export async function requestAll<T>(
  id: number,
  method: string,
  payload: unknown,
  options: RequestOptions,
  targets: readonly RequestTarget[],
): Promise<Map<string, RequestResult<T>>> {
  const requests = new Map<string, OutgoingRequest<T>>();
  for (const { id: remoteId, requests: remote } of targets) {
    if (remote !== undefined && !requests.has(remoteId)) requests.set(remoteId, remote.begin<T>(id, method, options));
  }
  const known = targets.filter(({ id: remoteId }, index) => {
    return requests.has(remoteId) && targets.findIndex((other) => other.id === remoteId) === index;
  });
  const undispatched = new Map(requests);
  const { message, info } = carry(id, method, payload);
  const broadcast = createBroadcast(message, {
    label: REQUEST_LABEL,
    info,
    targets: known.map(({ id: remoteId, requests: remote }) => ({
      id: remoteId,
      dispatch: (_label, outgoing) => {
        const request = undispatched.get(remoteId);
        undispatched.delete(remoteId);
        if (request !== undefined) void remote?.dispatch(request, outgoing);
      },
    })),
    onUnhandled: () => {},
  });
  // What can not be sent at all is dispatched to nobody.
  broadcast.catch((failure: unknown) => {
    for (const error of (failure as AggregateError).errors as PeerhoodError[]) {
      undispatched.get(error.remoteId ?? "")?.fail(error);
    }
  });
  const results = targets.map(async ({ id: remoteId }): Promise<[string, RequestResult<T>]> => {
    const request = requests.get(remoteId);
    if (request === undefined) return [remoteId, { status: "rejected", reason: unknownRemote(remoteId) }];
    return [remoteId, await request.then(fulfilled, rejected)];
  });
  return new Map(await Promise.all(results));
}

function fulfilled<T>(value: T): RequestResult<T> {
  return { status: "fulfilled", value };
}

function rejected(error: unknown): { readonly status: "rejected"; readonly reason: PeerhoodError } {
  return { status: "rejected", reason: toPeerhoodError(error, "REQUEST_FAILED", "The request failed; see cause.") };
}
