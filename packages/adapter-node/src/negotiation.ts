import { isIP } from "node:net";
import { PeerhoodError, type IceCandidate, type SessionDescription } from "@peerhood/core";
import type { NativeNegotiation } from "@peerhood/core/internal";
import type { PeerConnection } from "node-datachannel";
import type { Channels } from "./channels.js";
import { MAX_NAMED_CANDIDATES } from "./constants.js";
import type { LocalCandidates } from "./local-candidates.js";
import type { NodeConnectionMedia } from "./media/node-connection-media.js";
import type { Route } from "./route.js";
import { asTrickled, candidatesOf, midsOf, offeringSideActive, withoutCandidates } from "./sdp.js";

export interface NegotiationParts {
  readonly native: PeerConnection;
  readonly channels: Channels;
  readonly candidates: LocalCandidates;
  readonly media: NodeConnectionMedia;
  readonly route: Route;
  /** Throws where libdatachannel would end the process for want of a socket. */
  readonly checkSockets: () => void;
}

/**
 * The native half of negotiation. The gate in front of it sees to order, state and shape; what remains is that
 * `setLocalDescription` ends the process when it is called in a wrong state, has nothing to offer or gets no socket.
 */
export function negotiation({
  native,
  channels,
  candidates,
  media,
  route,
  checkSockets,
}: NegotiationParts): NativeNegotiation {
  let namedCandidates = 0;

  function setLocal(type: SessionDescription["type"]): SessionDescription {
    native.setLocalDescription(type);
    const description = native.localDescription();
    if (description?.type !== type) throw failed(`libdatachannel made no ${type}`);
    return { type, sdp: media.describe(type, asTrickled(description.sdp)) };
  }

  /** Candidates inside the description go the same way as others, with its limits. */
  function setRemote({ type, sdp }: SessionDescription): void {
    const remote = media.readRemote(type, withoutCandidates(sdp));
    native.setRemoteDescription(remote.nativeSdp, type);
    remote.apply();
    for (const candidate of candidatesOf(sdp)) {
      try {
        addCandidate({ candidate, sdpMLineIndex: 0 });
      } catch {
        // One that is useless does not make the description so.
      }
    }
  }

  function addCandidate({ candidate, sdpMid, sdpMLineIndex }: IceCandidate): void {
    const mid = sdpMid ?? midsOf(native.remoteDescription()?.sdp ?? "")[sdpMLineIndex ?? 0];
    if (mid === undefined) throw invalidCandidate(`names media section ${sdpMLineIndex}, which does not exist`);
    const address = candidate.split(" ")[4] ?? "";
    if (!route.isAllowed(address)) return;
    if (isIP(address) === 0 && ++namedCandidates > MAX_NAMED_CANDIDATES) {
      throw invalidCandidate(`is a host name, as ${MAX_NAMED_CANDIDATES} were before it; further ones are ignored`);
    }
    try {
      native.addRemoteCandidate(candidate, mid);
    } catch (error) {
      // It has failed, or the other side has closed it, which its state is about to tell: no fault of the candidate.
      if (!["closed", "failed"].includes(native.state())) throw error;
    }
  }

  return {
    async createOffer({ iceRestart }) {
      if (iceRestart) throw wrongState("libdatachannel can not restart ICE. Make a new connection instead");
      if (!channels.used && !native.hasMedia()) throw wrongState("There is nothing to offer: create a channel first");
      if (native.signalingState() !== "stable") throw wrongState("A negotiation is under way. Finish it first");
      checkSockets();
      media.prepareOffer();
      return setLocal("offer");
    },
    async acceptOffer({ type, sdp }) {
      const isFirst = native.localDescription() === null;
      checkSockets();
      setRemote({ type, sdp: isFirst ? offeringSideActive(sdp) : sdp });
      if (native.signalingState() !== "have-remote-offer") throw failed("libdatachannel did not take the offer");
      if (isFirst) candidates.giveHeadStart();
      return setLocal("answer");
    },
    async acceptAnswer(answer) {
      setRemote(answer);
    },
    async addCandidate(candidate) {
      // libdatachannel has no end of candidates; it goes on trying for half a minute.
      if (candidate?.candidate) addCandidate(candidate);
    },
  };
}

function failed(what: string): PeerhoodError {
  return new PeerhoodError("NATIVE_FAILED", `${what}. Make a new connection.`);
}

function wrongState(what: string): PeerhoodError {
  return new PeerhoodError("INVALID_STATE", `${what}.`);
}

function invalidCandidate(what: string): PeerhoodError {
  return new PeerhoodError("INVALID_CANDIDATE", `The remote's candidate ${what}.`);
}
