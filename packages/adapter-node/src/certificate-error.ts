import { PeerhoodError } from "@peerhood/core";

/** What is wrong with a certificate and what to do, by the codes of Node's TLS (X509_V_ERR_… of OpenSSL, and Node's own). */
const REASONS: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: "is for another name. Connect by a name that is in it, or serve one that has this name",
  CERT_HAS_EXPIRED: "has expired. Renew it; peerhood-server reads it again on SIGHUP",
  CERT_NOT_YET_VALID: "is not valid yet. Are the clocks of both machines right?",
  CERT_REVOKED: "was revoked. Serve another one",
  DEPTH_ZERO_SELF_SIGNED_CERT: "",
  SELF_SIGNED_CERT_IN_CHAIN: "",
  UNABLE_TO_GET_ISSUER_CERT: "",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "",
  CERT_SIGNATURE_FAILURE: "",
  CERT_UNTRUSTED: "",
  CERT_REJECTED: "",
};

const UNTRUSTED =
  "is not trusted here. Serve the whole chain of a public authority, or name your own authority's certificate in the " +
  "environment variable NODE_EXTRA_CA_CERTS of this process";

/** The same as a PeerhoodError if it is a complaint about the server's certificate. Of the URL only the host is said. */
export function certificateError(error: unknown, url: string): PeerhoodError | undefined {
  const { code = "" } = (error ?? {}) as { code?: string };
  const reason = Object.hasOwn(REASONS, code) ? REASONS[code] || UNTRUSTED : undefined;
  if (reason === undefined) return undefined;
  return new PeerhoodError("SIGNALING_CERTIFICATE", `The certificate of ${new URL(url).host} ${reason} (${code}).`, {
    cause: error,
    retryable: true,
  });
}
