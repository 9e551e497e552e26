/**
 * What `code` of a {@link PeerhoodError} can be; stable, and made for branching. Adding a code is a compatible change,
 * changing the meaning of one is not. Out of the text before each code the error reference of the documentation is
 * made: what it means, and after "To do:" what to do about it.
 */
export type PeerhoodErrorCode =
  // ## Joining and signaling

  /**
   * `join` was called on a peer that is in a room, or on its way into one. To do: `leave()` first, or make another
   * Peer.
   */
  | "ALREADY_JOINED"
  /** What was called needs a room. To do: `join` one first. */
  | "NOT_JOINED"
  /**
   * The broker was not reached within `connectionTimeoutMs`, or the connection to it was lost and did not come back.
   * The driver goes on trying; `cause` has what the last attempt ran into. To do: check the url, whether the server
   * runs, and what is in between; `diagnose` says which driver it is.
   */
  | "SIGNALING_UNREACHABLE"
  /**
   * A part of peerhood that is loaded when it is needed could not be. To do: is the page offline, or are its chunks of
   * another build than it is? Reload it.
   */
  | "MODULE_LOAD_FAILED"
  /**
   * A signal is larger than the driver's `maxBytes`. To do: make metadata smaller, or take a driver with a higher
   * limit; 16 KiB always pass.
   */
  | "SIGNAL_TOO_LARGE"
  /** A driver was used after its `close`. To do: make a new one. */
  | "DRIVER_CLOSED"
  /**
   * A driver failed otherwise, or broke its contract; see `cause`. To do: what the cause says; drivers of yours have a
   * conformance suite.
   */
  | "DRIVER_FAILED"
  /**
   * The broker said no: to this client, its token, or what it asked for; the message has its words. A driver with a
   * fixed token does not try again. To do: check credentials and the broker's rules.
   */
  | "DRIVER_REFUSED"
  /**
   * The token of a signaling driver has expired. To do: give the driver a function as `token`, which is asked for each
   * attempt.
   */
  | "TOKEN_EXPIRED"
  /**
   * A limit of the broker's is met; the message says which. It passes, and the driver goes on trying. To do: fewer
   * rooms, sockets or messages, or raise the limit where the server is yours.
   */
  | "SIGNALING_LIMIT"
  /**
   * The signaling server's certificate is not trusted here, is for another name or has expired. To do: renew it, or let
   * the machine know who signed it. Told in Node; a page gets `SIGNALING_UNREACHABLE`.
   */
  | "SIGNALING_CERTIFICATE"
  /**
   * A newer session with the same identity is in the room, so this one left. To do: `join` again takes its place; give
   * each its own identity where both should stay.
   */
  | "IDENTITY_REPLACED"
  /** A package that is loaded when it is needed is not installed; the message names it. To do: install it. */
  | "PACKAGE_MISSING"

  // ## Meeting a remote

  /**
   * A remote was not let in, or a change of its metadata not taken: `verify` returned `false`, failed, or did not
   * decide in time. To do: nothing, if that was meant; else see `cause`, and `verifyTimeoutMs`.
   */
  | "REFUSED"
  /**
   * A member has another password for this room, or none; the two do not meet. To do: leave, and join with the right
   * one.
   */
  | "PASSWORD_MISMATCH"
  /**
   * Too many guesses at the room's password were wrong, so nobody new is let in for a while; the message says how long.
   * To do: wait; somebody guesses, or the broker changes what it carries.
   */
  | "PASSWORD_GUESSES_LIMIT"
  /**
   * The other side speaks a version of a protocol that this one does not. To do: the same version of peerhood on both
   * sides.
   */
  | "VERSION_MISMATCH"
  /**
   * No connection within `connectionTimeoutMs`, or nothing was heard of a connected remote for `heartbeatTimeoutMs`. To
   * do: see what was tried in the message; where no path exists, a TURN server in `iceServers`.
   */
  | "CONNECTION_TIMEOUT"
  /**
   * Both sides have more than local addresses, and no path between them works; or the connection was lost. To do: a
   * TURN server in `iceServers`; the message has what was tried.
   */
  | "CONNECTION_FAILED"
  /**
   * What was under way, or was called, belongs to a remote or a connection that is closed. To do: the remote that there
   * is now, if any.
   */
  | "CONNECTION_CLOSED"
  /**
   * A lost connection did not come back within `reconnect.timeoutMs`; the remote is closed. To do: nothing, both go on
   * looking for each other and meet as new remotes; what was under way has to be sent again.
   */
  | "RECONNECT_FAILED"
  /** The remote has begun anew and knows nothing of what was under way. To do: send it again to the new remote. */
  | "REMOTE_RESTARTED"
  /**
   * This process or page can make no more connections: Chromium refuses a page its 500th, in Node file descriptors or
   * ports are used up. To do: close some and try later; reload the page; raise the limit of open files.
   */
  | "TOO_MANY_CONNECTIONS"

  // ## Why there was no connection

  /**
   * This side has no address to offer. To do: is it online, is WebRTC blocked by a policy or an extension? With
   * `iceTransportPolicy: "relay"` no TURN server gave one: `diagnose`.
   */
  | "NO_CANDIDATES"
  /**
   * Both sides know only addresses of their own networks, and no path between those works. To do: give `iceServers`:
   * STUN, and TURN for networks that let nothing else through.
   */
  | "ONLY_HOST_CANDIDATES"
  /** A TURN server said no; the message has why. To do: check its credentials, quota and rules. */
  | "TURN_REFUSED"
  /**
   * The policy is `relay`, and the TURN server did not answer. To do: check its name, whether it runs, and that UDP
   * gets there.
   */
  | "ICE_SERVER_UNREACHABLE"
  /**
   * A path works, but encryption over it was not agreed on. To do: look for a firewall that inspects UDP; a TURN server
   * over another port may help.
   */
  | "DTLS_FAILED"
  /**
   * The remote was there, then nothing of it came through the driver. To do: it may be gone; else the broker passes
   * messages one way only: `diagnose`.
   */
  | "SIGNALING_SILENT"
  /** `to` names a member that is not in the room, or has left. To do: look at `peer.remotes`. */
  | "UNKNOWN_REMOTE"

  // ## What a connection adapter refuses

  /** The remote's session description is not what WebRTC allows. To do: nothing; the remote is broken or hostile. */
  | "INVALID_DESCRIPTION"
  /** The remote's ICE candidate is not of the form of RFC 8839, and was ignored. To do: nothing. */
  | "INVALID_CANDIDATE"
  /** A method was called out of turn; the message says why. To do: wait for what it needs, or make a new object. */
  | "INVALID_STATE"
  /** WebRTC of the platform failed; see `cause`. To do: make a new connection, which the library does by itself. */
  | "NATIVE_FAILED"
  /**
   * There is no WebRTC here: node-datachannel's binary is missing, or this is a worker. To do: `npm install
   * node-datachannel --include=optional`; move the code to the main thread, a process of its own, or the page.
   */
  | "NATIVE_MODULE_MISSING"

  // ## Channels and transfers

  /** A label is no string of the allowed length, or begins as those of the library's own. To do: another label. */
  | "INVALID_LABEL"
  /**
   * The channel exists with other options. To do: the same options on both sides, or another label; or close it first.
   */
  | "CHANNEL_OPTIONS_MISMATCH"
  /** As many channels as there can be are open with this remote. To do: close some, or share them. */
  | "CHANNEL_LIMIT"
  /** The channel is closed. To do: open it again. */
  | "CHANNEL_CLOSED"
  /** The channel did not open within `connectionTimeoutMs`. To do: one side has to call `open` with that label. */
  | "CHANNEL_TIMEOUT"
  /**
   * The remote opened a data channel past the protocol; it was closed. To do: nothing; the remote is broken or hostile.
   */
  | "UNEXPECTED_CHANNEL"
  /**
   * A message is larger than can be taken whole: `maxMessageBytes` of whoever awaits it, or one frame on a channel that
   * is unreliable or has a protocol. To do: read it as a stream, raise the bound, or send less at once.
   */
  | "MESSAGE_TOO_LARGE"
  /**
   * The value can not be sent: it is no JSON, or on a channel with a protocol neither text nor bytes. To do: encode it.
   */
  | "UNSUPPORTED_PAYLOAD"
  /**
   * A message is awaited after its stream was taken. To do: do one or the other; take the stream in the turn of the
   * event.
   */
  | "DATA_LOCKED"
  /** The receiver dropped the message unread. To do: nothing, or listen to `channel:message` there. */
  | "DATA_DISCARDED"
  /** A remote fell too far behind the fastest one of a broadcast stream. To do: send it the stream on its own. */
  | "REMOTE_TOO_SLOW"
  /**
   * The stream, iterable or file that was being sent failed, or changed meanwhile; see `cause`. To do: send it again.
   */
  | "SOURCE_FAILED"
  /** The sender gave the message up; `cause` has why. To do: nothing, or ask for it again. */
  | "TRANSFER_ABORTED"
  /** The receiver gave the message up; `cause` has why. To do: nothing, or ask the other side why. */
  | "TRANSFER_CANCELLED"
  /**
   * Data that the receiver had room for was not acknowledged for `stallTimeoutMs`. To do: send it again; raise the
   * bound for paths that stand still for longer.
   */
  | "TRANSFER_STALLED"

  // ## Requests

  /** The remote answers no such method. To do: check its name, and that the other side calls `respond`. */
  | "NO_RESPONDER"
  /** The method has a handler already. To do: call what its `respond` returned first. */
  | "RESPONDER_EXISTS"
  /** No whole reply within `timeoutMs`; the handler may have run. To do: raise it if the answer takes longer. */
  | "REQUEST_TIMEOUT"
  /** The handler threw; the message and `remoteCode` are its error's. To do: what that says. */
  | "REQUEST_FAILED"
  /** As many requests as there can be are unanswered. To do: wait for some, or give them up. */
  | "TOO_MANY_REQUESTS"

  // ## Media

  /**
   * The track can not be sent this way: of another kind, a remote's where one's own is needed, or none at all. To do:
   * see the message.
   */
  | "UNSUPPORTED_TRACK"
  /**
   * Media, or that codec, does not work with this adapter. To do: Opus, VP8, VP9, H264, AV1 or H265 in Node; another
   * adapter.
   */
  | "MEDIA_UNSUPPORTED"
  /**
   * A file can not be played or recorded without transcoding. To do: convert it once; the message has ffmpeg's command.
   */
  | "UNSUPPORTED_CODEC"
  /** A media file could not be read or written; see `cause`. To do: what the message says. */
  | "MEDIA_FILE_FAILED"

  // ## Tests

  /** A Peer of `@peerhood/testing/peerhood` was made with no test room open. To do: `createTestRoom` first. */
  | "NO_TEST_ROOM"
  /**
   * What a test waits for did not come; the message has what did happen. To do: read its timeline, or raise `withinMs`.
   */
  | "TEST_TIMEOUT"
  /** Something was left behind when a test room closed; the message lists it. To do: leave, close or remove it. */
  | "TEST_LEAK"

  // ## Everywhere

  /** Given up by this side: a `signal`, `cancel()`, or `leave()` meanwhile. To do: nothing. */
  | "ABORTED"
  /** An argument or option is not what it should be; the message says which and how it should be. To do: that. */
  | "INVALID_ARGUMENT"
  /** A listener or handler of the application threw or rejected; see `cause`. To do: mend it; nothing else was hurt. */
  | "LISTENER_FAILED"
  /**
   * The remote broke the protocol; its connection ends. To do: nothing; it is broken, hostile, or of another version.
   */
  | "PROTOCOL_ERROR";
