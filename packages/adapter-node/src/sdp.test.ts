import { describe, expect, it } from "vitest";
import { asTrickled, candidatesOf, midsOf, offeringSideActive, withoutCandidates } from "./sdp.js";

const lines = (...list: string[]): string => list.map((line) => `${line}\r\n`).join("");
const SDP = lines(
  "v=0",
  "m=application 37208 UDP/DTLS/SCTP webrtc-datachannel",
  "c=IN IP4 192.0.2.2",
  "a=mid:data",
  "a=setup:actpass",
  "a=candidate:2 1 UDP 2116026111 fd00::2 37208 typ host",
  "a=candidate:1 1 UDP 2114977791 192.0.2.2 37208 typ host",
  "a=end-of-candidates",
  "m=audio 0 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP6 2001:db8::2",
  "a=mid:1",
  "a=setup:actpass",
);

describe("session descriptions", () => {
  it("trickled: no candidates, no addresses; port 0 of a refused section stays", () => {
    expect(asTrickled(SDP)).toBe(
      lines(
        "v=0",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "c=IN IP4 0.0.0.0",
        "a=mid:data",
        "a=setup:actpass",
        "m=audio 0 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 0.0.0.0",
        "a=mid:1",
        "a=setup:actpass",
      ),
    );
  });

  it("candidates are found and removed, with bare line feeds and at the very end, too", () => {
    const found = [
      "candidate:2 1 UDP 2116026111 fd00::2 37208 typ host",
      "candidate:1 1 UDP 2114977791 192.0.2.2 37208 typ host",
    ];
    expect(candidatesOf(SDP)).toEqual(found);
    expect(candidatesOf(SDP.replaceAll("\r\n", "\n"))).toEqual(found);
    expect(withoutCandidates("a=mid:0\na=candidate:1 1 UDP 1 192.0.2.2 9 typ host")).toBe("a=mid:0\n");
  });

  it("mids are in the order of their sections", () => {
    expect(midsOf(SDP)).toEqual(["data", "1"]);
    expect(midsOf("v=0\r\nm=audio 9 x\r\n")).toEqual([""]);
  });

  it("the offering side becomes the DTLS client only where it left the choice", () => {
    expect(offeringSideActive(SDP)).toBe(SDP.replaceAll("setup:actpass", "setup:active"));
    expect(offeringSideActive("a=setup:passive\r\n")).toBe("a=setup:passive\r\n");
  });
});
