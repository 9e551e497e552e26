import { PeerhoodError } from "@peerhood/core";

/** Makes the platform's connection. @throws PeerhoodError as `ConnectionAdapter.createConnection` says. */
export function createNative(configuration: RTCConfiguration): RTCPeerConnection {
  if (typeof RTCPeerConnection === "undefined") {
    throw new PeerhoodError(
      "NATIVE_MODULE_MISSING",
      "There is no RTCPeerConnection here. Workers have none: run peerhood in the page. In a page, an extension or a policy of the browser has taken WebRTC away.",
    );
  }
  try {
    return new RTCPeerConnection(configuration);
  } catch (cause) {
    throw refusal(cause);
  }
}

function refusal(cause: unknown): PeerhoodError {
  const { name, message } = cause instanceof Error ? cause : { name: "", message: "" };
  // Chromium: UnknownError "Cannot create so many PeerConnections", at the page's 500th, garbage included.
  if (/so many/i.test(message)) {
    return new PeerhoodError(
      "TOO_MANY_CONNECTIONS",
      "The browser has too many WebRTC connections in this page. Try again when the closed ones have been collected, or reload the page.",
      { cause, retryable: true },
    );
  }
  // WebRTC 1.0, section 4.4.1.1: what a constructor refuses is its configuration.
  return new PeerhoodError(
    "INVALID_ARGUMENT",
    `The browser refused the connection's configuration (${name}: ${message}). Check iceServers: stun: and turn: URLs, and a username and credential with each turn:.`,
    { cause },
  );
}
