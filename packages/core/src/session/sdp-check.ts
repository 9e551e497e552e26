import type { IceCandidate, SessionDescription } from "../adapter.js";
import { PeerhoodError } from "../errors.js";

/** 256 KiB: a session of a hundred media sections has a fifth of it. */
const MAX_SDP_LENGTH = 262_144;
const MAX_CANDIDATE_LENGTH = 1_024;

// RFC 8839 section 5.4: ice-char is ALPHA / DIGIT / "+" / "/"; 4 to 256 and 22 to 256 of them.
const UFRAG = /^a=ice-ufrag:[A-Za-z0-9+/]{4,256}$/;
const PASSWORD = /^a=ice-pwd:[A-Za-z0-9+/]{22,256}$/;
// RFC 8122 section 5.
const FINGERPRINT = /^a=fingerprint:[A-Za-z0-9-]{3,16} [0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){15,63}$/;
// RFC 8839 section 5.1: foundation component transport priority address port typ type …
const CANDIDATE =
  /^(a=)?candidate:[A-Za-z0-9+/-]{1,64} [12] [A-Za-z-]{3,8} \d{1,10} [^\s]{1,255} \d{1,5} typ (host|srflx|prflx|relay)( [\x21-\x7e]+)*$/i;

function refuse(what: string): never {
  throw new PeerhoodError(
    "INVALID_DESCRIPTION",
    `The remote's session description is unusable: ${what}. It comes from the other peer or was changed on the way.`,
  );
}

/**
 * Refuses what native code would crash on or take in silence. This is a check of shape, not a parser: what passes
 * may still be refused by the platform.
 * @throws PeerhoodError `INVALID_DESCRIPTION`
 */
export function checkDescription(description: unknown, type: "offer" | "answer"): SessionDescription {
  const { type: given, sdp } = (description ?? {}) as Partial<SessionDescription>;
  if (given !== type) refuse(`its type is ${JSON.stringify(given)?.slice(0, 20) ?? "missing"}, not "${type}"`);
  if (typeof sdp !== "string") refuse("it has no SDP text");
  if (sdp.length > MAX_SDP_LENGTH) refuse(`${sdp.length} characters, more than ${MAX_SDP_LENGTH}`);
  // oxlint-disable-next-line no-control-regex
  if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(sdp)) refuse("it has control characters");
  const lines = sdp.split(/\r?\n/);
  if (lines[0] !== "v=0") refuse("it does not begin with v=0");
  let media = false;
  let ufrag = false;
  let password = false;
  let fingerprint = false;
  for (const line of lines) {
    if (line === "") continue;
    if (line[1] !== "=") refuse("a line is not of the form x=value");
    if (line.startsWith("m=")) media = true;
    else if (line.startsWith("a=ice-ufrag:")) ufrag = UFRAG.test(line) || refuse("a bad ICE user fragment");
    else if (line.startsWith("a=ice-pwd:")) password = PASSWORD.test(line) || refuse("a bad ICE password");
    else if (line.startsWith("a=fingerprint:"))
      fingerprint = FINGERPRINT.test(line) || refuse("a bad DTLS fingerprint");
    else if (line.startsWith("a=candidate:") && !CANDIDATE.test(line)) refuse("a bad candidate");
  }
  if (!media) refuse("it has no media section");
  if (!ufrag || !password) refuse("it has no ICE credentials");
  if (!fingerprint) refuse("it has no DTLS fingerprint");
  return { type, sdp };
}

/** @throws PeerhoodError `INVALID_CANDIDATE` */
export function checkCandidate(value: unknown): IceCandidate {
  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = (value ?? {}) as Partial<IceCandidate>;
  const fits =
    typeof candidate === "string" &&
    candidate.length <= MAX_CANDIDATE_LENGTH &&
    (candidate === "" || CANDIDATE.test(candidate)) &&
    (sdpMid == null || (typeof sdpMid === "string" && sdpMid.length <= 64)) &&
    (sdpMLineIndex == null || (Number.isInteger(sdpMLineIndex) && sdpMLineIndex >= 0 && sdpMLineIndex <= 65_535)) &&
    (usernameFragment == null || /^[A-Za-z0-9+/]{4,256}$/.test(usernameFragment));
  if (!fits) {
    throw new PeerhoodError(
      "INVALID_CANDIDATE",
      "The remote sent an ICE candidate that is not of the form of RFC 8839. It was ignored.",
    );
  }
  return {
    candidate,
    sdpMid: sdpMid ?? null,
    sdpMLineIndex: sdpMLineIndex ?? (sdpMid == null ? 0 : null),
    ...(usernameFragment == null ? {} : { usernameFragment }),
  };
}
