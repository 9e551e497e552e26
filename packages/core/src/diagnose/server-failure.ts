import type { IceServerFailure } from "../adapter.js";

export function isTurn(url: string): boolean {
  return /^turns?:/i.test(url);
}

/** What it means and what to do; codes as of RFC 8656 section 19, and 701 as of W3C WebRTC 1.0 section 4.8.2. */
export function describeServerFailure({ url, code, text }: IceServerFailure): string {
  const said = text === "" ? "" : ` ("${text.slice(0, 100)}")`;
  switch (code) {
    case 401:
      return (
        `${url} refused the username or credential${said}. They are wrong or have expired: where they are minted, give ` +
        "iceServers a function, which is asked for new ones."
      );
    case 403:
      return `${url} forbids what was asked${said}. The server's rules do not allow this user or peer.`;
    case 437:
    case 442:
      return `${url} can not relay over this transport${said}. Try ?transport=udp.`;
    case 486:
    case 508:
      return `${url} has no more relays to give${said}. A quota or its capacity is used up.`;
    case undefined:
    case 701:
      return `${url} did not answer${said}. Is it running, is its name right, and does a firewall let UDP out?`;
    default:
      return `${url} answered with error ${code}${said}.`;
  }
}
