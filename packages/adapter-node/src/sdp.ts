/**
 * The description of a side that tells its candidates as events only. Those inside start ICE too early, and
 * connections take longer.
 */
export function asTrickled(sdp: string): string {
  return (
    withoutCandidates(sdp)
      // RFC 8840: without candidates, port 9 and no address. Port 0 means refused and stays.
      .replace(/^(m=\S+) (?!0 )\d+ /gm, "$1 9 ")
      .replace(/^c=IN IP[46] .*$/gm, "c=IN IP4 0.0.0.0")
  );
}

export function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(candidate:|end-of-candidates).*\r?\n?/gm, "");
}

/**
 * Lets the answering side be the DTLS server. As the client, libdatachannel's default, its hello often comes before
 * the offering side's ICE is ready and is repeated only after a second: 10 to 40 of 100 connections are slow.
 */
export function offeringSideActive(sdp: string): string {
  return sdp.replace(/^a=setup:actpass/gm, "a=setup:active");
}

/** The candidates in a description, as `RTCIceCandidate.candidate` has them. */
export function candidatesOf(sdp: string): string[] {
  return [...sdp.matchAll(/^a=(candidate:.*?)\r?$/gm)].map(([, candidate]) => candidate ?? "");
}

/** The UDP ports of this machine in its own description. */
export function hostPortsOf(sdp: string): number[] {
  const ports = candidatesOf(sdp).flatMap((candidate) => {
    // RFC 8839 section 5.1: foundation component transport priority address port typ type …
    const [, , transport, , , port, , type] = candidate.split(" ");
    return transport?.toLowerCase() === "udp" && type === "host" ? [Number(port)] : [];
  });
  return [...new Set(ports)];
}

/** The mids of a description in the order of its media sections. */
export function midsOf(sdp: string): string[] {
  return sdp
    .split(/^m=/m)
    .slice(1)
    .map((section) => /^a=mid:(\S+)/m.exec(section)?.[1] ?? "");
}
