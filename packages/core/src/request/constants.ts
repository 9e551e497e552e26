/** The channel that requests and replies travel on; opened at the first request, by either side. */
export const REQUEST_LABEL = "peerhood:requests";

/** How long a request may take in all, unless it says otherwise: what a person waits for at most. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Requests to one remote without a reply, and requests of one remote whose handler is still running: more is a program
 * that does not wait, and each costs about a kilobyte.
 */
export const MAX_REQUESTS = 4_096;

/** Characters of a method's name. */
export const MAX_METHOD_LENGTH = 256;

/** Characters of an error that crosses the wire: as JSON, six bytes each at worst, it fits into a frame of 16 KiB. */
export const MAX_ERROR_MESSAGE_LENGTH = 2_000;
export const MAX_ERROR_CODE_LENGTH = 100;
