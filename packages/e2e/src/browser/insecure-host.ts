/** Resolved to 127.0.0.1 by the browser itself. Not "localhost", whose pages are secure contexts even without TLS. */
export const INSECURE_HOST = "peerhood.test";
