import { PeerhoodError } from "@peerhood/core";

/** @throws PeerhoodError `NATIVE_MODULE_MISSING` */
export function checkNative(): void {
  if (typeof RTCPeerConnection === "undefined") {
    throw new PeerhoodError(
      "NATIVE_MODULE_MISSING",
      "There is no RTCPeerConnection here. Workers have none: connect from the page. In a page, an extension or policy removed it.",
    );
  }
}

/** Makes the platform's connection. @throws PeerhoodError as `ConnectionAdapter.createConnection` says. */
export function createNative(configuration: RTCConfiguration): RTCPeerConnection {
  checkNative();
  try {
    return new RTCPeerConnection(configuration);
  } catch (cause) {
    throw refusal(cause);
  }
}

function refusal(cause: unknown): PeerhoodError {
  const message = cause instanceof Error ? cause.message : "";
  // Chromium: UnknownError "Cannot create so many PeerConnections", at the page's 500th, garbage included.
  if (/so many/i.test(message)) {
    return new PeerhoodError(
      "TOO_MANY_CONNECTIONS",
      "This page has made too many connections. Try again when the closed ones were collected, or reload the page.",
      { cause, retryable: true },
    );
  }
  // WebRTC 1.0, section 4.4.1.1: what a constructor refuses is its configuration.
  return new PeerhoodError(
    "INVALID_ARGUMENT",
    `The browser refused the configuration: ${message} Check the URLs of iceServers; each turn: needs username and credential.`,
    { cause },
  );
}
