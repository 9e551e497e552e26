import { PeerhoodError, type SessionDescription } from "@peerhood/core";
import type { NativeNegotiation } from "@peerhood/core/internal";
import type { Channels } from "./channels.js";
import type { BrowserMedia } from "./media.js";

/** The native half of negotiation; the gate in front of it sees to order, state and shape. */
export function negotiation(native: RTCPeerConnection, channels: Channels, media: BrowserMedia): NativeNegotiation {
  return {
    async createOffer(options) {
      if (!channels.used) {
        throw new PeerhoodError("INVALID_STATE", "Nothing to offer: create a channel first.");
      }
      await media.prepareOffer();
      const { sdp } = await native.createOffer(options);
      const offer = await setLocal(native, "offer", sdp);
      await media.described();
      return offer;
    },
    async acceptOffer(offer) {
      await native.setRemoteDescription(offer);
      try {
        await media.prepareAnswer();
        const { sdp } = await native.createAnswer();
        const answer = await setLocal(native, "answer", sdp);
        await media.described();
        return answer;
      } catch (error) {
        // What can not be carried out changes nothing: the next offer finds a stable connection.
        await native.setRemoteDescription({ type: "rollback" });
        media.rolledBack();
        throw error;
      }
    },
    acceptAnswer: (answer) => native.setRemoteDescription(answer),
    addCandidate: (candidate) => native.addIceCandidate(candidate),
  };
}

async function setLocal(native: RTCPeerConnection, type: "offer" | "answer", sdp = ""): Promise<SessionDescription> {
  await native.setLocalDescription({ type, sdp });
  // Candidates travel as events only. A description made when some are known already, as in an ICE restart, would
  // repeat them, and Node connects more slowly when they come inside.
  return { type, sdp: sdp.replace(/^a=(candidate:|end-of-candidates).*\r?\n/gm, "") };
}
