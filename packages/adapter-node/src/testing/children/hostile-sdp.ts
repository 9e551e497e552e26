import { isPeerhoodError, type SessionDescription } from "@peerhood/core";
import { createEnd } from "../pair.js";

/**
 * Descriptions and candidates of a hostile remote: real ones, changed at random from a seed. libdatachannel must not
 * end the process, and nothing but a PeerhoodError may come out. Prints what happened how often.
 */
const BROWSER_OFFER = `v=0
o=- 46117317 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2
a=extmap-allow-mixed
a=msid-semantic: WMS s1
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=ice-ufrag:eXz1
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=ice-options:trickle
a=fingerprint:sha-256 ${"DA:AE:".repeat(15)}7A:FB
a=setup:actpass
a=mid:0
a=sctp-port:5000
a=max-message-size:262144
a=candidate:1 1 UDP 2114977791 192.0.2.2 37208 typ host
m=audio 9 UDP/TLS/RTP/SAVPF 111 63
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=mid:1
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=sendrecv
a=msid:s1 t1
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=ssrc:2001 cname:abc
m=video 9 UDP/TLS/RTP/SAVPF 96 97
c=IN IP4 0.0.0.0
a=mid:2
a=recvonly
a=rtcp-mux
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 nack
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=ssrc-group:FID 3001 3002
a=rid:h send
a=simulcast:send h`.split("\n");
const CANDIDATE = "candidate:1 1 UDP 2114977791 192.0.2.2 37208 typ host raddr 0.0.0.0 rport 0";
const VALUES = [
  "",
  "0",
  "-1",
  "65536",
  "9".repeat(23),
  "1e9",
  "é",
  "%s%n",
  "audio",
  "x".repeat(5_000),
  " ",
  ":",
  "::1",
];

let state = Number(process.argv[2] ?? 1);
const random = (below: number): number => {
  // xorshift32
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
};
const pick = <T>(list: readonly T[], fallback: T): T => list[random(list.length)] ?? fallback;

function changeText(text: string): string {
  const at = random(text.length + 1);
  const parts = text.split(/([ :=/])/);
  switch (random(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text + pick(VALUES, "");
    case 2:
      return text.slice(0, at) + String.fromCharCode(32 + random(95)) + text.slice(at + 1);
    default:
      parts[random(parts.length)] = pick(VALUES, "");
      return parts.join("");
  }
}

function change(lines: readonly string[]): string[] {
  const changed = [...lines];
  for (let count = 0; count <= random(4); count++) {
    const at = random(changed.length);
    const line = changed[at] ?? "";
    const how = random(5);
    if (how === 0) changed.splice(at, 1);
    else if (how === 1) changed.splice(random(changed.length + 1), 0, line);
    else changed[at] = changeText(line);
  }
  return changed;
}

const counts: Record<string, number> = {};
const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);

async function attempt(what: string, doing: Promise<unknown>): Promise<void> {
  try {
    await doing;
    count(`${what} taken`);
  } catch (error) {
    if (!isPeerhoodError(error)) throw error;
    count(`${what} ${error.code}`);
  }
}

for (let round = 0; round < 400; round++) {
  const end = createEnd();
  const type = pick<SessionDescription["type"]>(["offer", "answer"], "offer");
  const lines = random(2) === 0 ? BROWSER_OFFER : BROWSER_OFFER.slice(0, 18);
  const sdp = change(lines).join("\r\n") + "\r\n";
  if (type === "offer") await attempt("offer", end.connection.acceptOffer({ type, sdp }));
  else {
    await end.connection.createOffer();
    await attempt("answer", end.connection.acceptAnswer({ type, sdp: sdp.replace("setup:actpass", "setup:active") }));
  }
  for (const text of [CANDIDATE, changeText(CANDIDATE)]) {
    await attempt("candidate", end.connection.addCandidate({ candidate: text, sdpMid: pick(["0", "9", ""], "0") }));
  }
  await end.connection.close();
}
console.log("survived", JSON.stringify(counts));
