import type { CandidateInfo, ConnectionStage, IceCandidate, IceServer, IceServerFailure } from "../adapter.js";
import { PeerhoodError, type PeerhoodErrorCode } from "../errors.js";
import { describeServerFailure, isTurn } from "./server-failure.js";

export interface AttemptCircumstances {
  readonly iceServers: readonly IceServer[];
  readonly iceTransportPolicy: "all" | "relay";
}

/** Server failures that are kept: one per server and network interface is common. */
const MAX_FAILURES = 32;

/** What is learned while a connection is being made, to say afterwards why it was not. */
export class AttemptRecord {
  readonly #circumstances: AttemptCircumstances;
  readonly #local = new Set<CandidateInfo["type"]>();
  readonly #remote = new Set<CandidateInfo["type"]>();
  readonly #failures: IceServerFailure[] = [];
  #gathered = false;
  #heard = false;

  constructor(circumstances: AttemptCircumstances) {
    this.#circumstances = circumstances;
  }

  localCandidate(candidate: IceCandidate | null): void {
    if (candidate === null) this.#gathered = true;
    else note(this.#local, candidate);
  }

  remoteCandidate(candidate: IceCandidate | null): void {
    if (candidate !== null) note(this.#remote, candidate);
  }

  serverFailed(failure: IceServerFailure): void {
    if (this.#failures.length < MAX_FAILURES) this.#failures.push(failure);
  }

  /** The other side takes part in making the connection. */
  heard(): void {
    this.#heard = true;
  }

  /** The same failure with the reason that the record shows, and what to do; as it is where it shows none. */
  explain(error: PeerhoodError, stage: ConnectionStage | undefined): PeerhoodError {
    if (error.code !== "CONNECTION_FAILED" && error.code !== "CONNECTION_TIMEOUT") return error;
    const reason = this.#reason(stage);
    const { retryable, remoteId } = error;
    const options = { cause: error, retryable, ...(remoteId !== undefined && { remoteId }) };
    if (reason !== undefined) return new PeerhoodError(reason[0], `${reason[1]} Tried: ${this.#tried()}.`, options);
    return new PeerhoodError(error.code, `${error.message} Tried: ${this.#tried()}.`, options);
  }

  #reason(stage: ConnectionStage | undefined): [PeerhoodErrorCode, string] | undefined {
    const { iceServers, iceTransportPolicy } = this.#circumstances;
    if (!this.#heard) return signalingSilent();
    if (stage === "encryption") {
      return [
        "DTLS_FAILED",
        "A network path to the remote works, but the two sides did not agree on encryption over it. A firewall that " +
          "inspects UDP may be in between, or signals were altered; with a TURN server over another port it may work.",
      ];
    }
    const turns = this.#failures.filter(({ url }) => isTurn(url));
    const [turn] = turns;
    if (turn !== undefined && !this.#local.has("relay")) {
      // One network interface may not reach the server that refuses over another.
      const refusal = turns.find(({ code = NO_ANSWER }) => code !== NO_ANSWER);
      if (refusal !== undefined) return ["TURN_REFUSED", describeServerFailure(refusal)];
      if (iceTransportPolicy === "relay") return ["ICE_SERVER_UNREACHABLE", describeServerFailure(turn)];
    }
    if (this.#gathered && this.#local.size === 0) {
      return [
        "NO_CANDIDATES",
        iceTransportPolicy === "relay"
          ? 'No TURN server gave an address, and iceTransportPolicy "relay" allows no other. Check iceServers with diagnose().'
          : "This side has no network address to offer. Is it online, and does a policy or an extension block WebRTC?",
      ];
    }
    const types = new Set([...this.#local, ...this.#remote]);
    if (types.size === 1 && types.has("host")) {
      const [server] = this.#failures;
      return [
        "ONLY_HOST_CANDIDATES",
        "Both sides know only addresses of their own networks, and no path between those works. " +
          (iceServers.length === 0
            ? "Give iceServers with a STUN server, and a TURN server for networks that let nothing else through."
            : server === undefined
              ? "The iceServers gave no other: check them with diagnose()."
              : describeServerFailure(server)),
      ];
    }
    return undefined;
  }

  #tried(): string {
    const list = (types: ReadonlySet<string>): string => [...types].sort().join(", ") || "none";
    const { iceServers, iceTransportPolicy } = this.#circumstances;
    return (
      `candidates here ${list(this.#local)}, there ${list(this.#remote)}; ` +
      `${iceServers.length} iceServers, policy "${iceTransportPolicy}"`
    );
  }
}

/** No server was there to say anything (W3C WebRTC 1.0, section 4.8.2). */
export const NO_ANSWER = 701;

export function signalingSilent(): [PeerhoodErrorCode, string] {
  return [
    "SIGNALING_SILENT",
    "The remote was there, then nothing of it came through the driver any more. It may be gone without a goodbye, or the " +
      "broker passes messages one way only: check it with diagnose().",
  ];
}

function note(types: Set<CandidateInfo["type"]>, { candidate }: IceCandidate): void {
  // RFC 8839 section 5.1: "typ", then the type.
  const type = / typ (host|srflx|prflx|relay)\b/.exec(candidate)?.[1];
  if (type !== undefined) types.add(type as CandidateInfo["type"]);
}
