import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyOptions,
} from "jose";
import { TryLaterError, type Authorize, type Grant } from "./authorize.js";

export interface JwtOptions {
  /** For HS256: at least 32 bytes, which the issuer of the tokens has, too. */
  readonly secret?: string | Uint8Array;
  /** The issuer's public keys, as a url to fetch them from, or themselves. */
  readonly jwks?: string | URL | JSONWebKeySet;
  /** What `iss` must be. */
  readonly issuer?: string | readonly string[];
  /** What `aud` must have. */
  readonly audience?: string | readonly string[];
  /** Clocks may differ by this much. @default 5 */
  readonly leewayS?: number;
}

/** What a JWKS may sign with: asymmetric only, so that a public key is never taken for a secret (RFC 8725 section 2.1). */
const ASYMMETRIC = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
/** RFC 7518 section 3.2: a key of the size of the hash or larger. */
const MIN_SECRET_BYTES = 32;
const JWKS_TIMEOUT_MS = 5_000;

/**
 * An `authorize` hook for JSON web tokens. `exp` is required and says until when; `sub` is who; `topics` lists the room
 * topics (see `roomTopic`) that its bearer may use, and without it every topic is.
 * @throws RangeError without a secret and without keys, with both, or with a secret that is too short
 */
export function jwtAuthorize({ secret, jwks, issuer, audience, leewayS = 5 }: JwtOptions): Authorize {
  if ((secret === undefined) === (jwks === undefined)) throw new RangeError("Give a secret for HS256, or jwks.");
  const options: JWTVerifyOptions = {
    algorithms: secret === undefined ? ASYMMETRIC : ["HS256"],
    requiredClaims: ["exp"],
    clockTolerance: leewayS,
    ...(issuer === undefined ? {} : { issuer: toList(issuer) }),
    ...(audience === undefined ? {} : { audience: toList(audience) }),
  };
  const verify = secret === undefined ? byKeys(jwks ?? "", options) : bySecret(secret, options);
  return async (token) => {
    // Nobody's, and most often: not worth an exception.
    if (token === "") return false;
    const { sub, exp = 0, topics } = await verify(token);
    // A claim that is no list of strings is refused by whoever reads the grant.
    const grant = { id: sub, topics, expiresAt: (exp + leewayS) * 1_000 };
    return Object.fromEntries(Object.entries(grant).filter(([, value]) => value !== undefined)) as Grant;
  };
}

type Verify = (token: string) => Promise<{ sub?: string; exp?: number; topics?: unknown }>;

function bySecret(secret: string | Uint8Array, options: JWTVerifyOptions): Verify {
  const key = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
  if (key.byteLength < MIN_SECRET_BYTES) {
    throw new RangeError(
      `The secret has ${key.byteLength} bytes: HS256 needs ${MIN_SECRET_BYTES} that nobody guesses.`,
    );
  }
  return async (token) => (await jwtVerify(token, key, options)).payload;
}

function byKeys(jwks: string | URL | JSONWebKeySet, options: JWTVerifyOptions): Verify {
  const isUrl = typeof jwks === "string" || jwks instanceof URL;
  const keys = isUrl
    ? createRemoteJWKSet(new URL(jwks), { timeoutDuration: JWKS_TIMEOUT_MS })
    : createLocalJWKSet(jwks);
  return async (token) => {
    try {
      return (await jwtVerify(token, keys, options)).payload;
    } catch (error) {
      // What is wrong with the token has a code of its own; what is left is that the keys could not be had.
      if (error instanceof errors.JOSEError && !FETCHING.some((kind) => error.code === kind)) throw error;
      throw new TryLaterError("The keys that tokens are checked with could not be fetched.", { cause: error });
    }
  };
}

/** Of jose: a timeout, an answer that is no key set, and what has no code of its own (a status that is not 200). */
const FETCHING = ["ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC"];

function toList(value: string | readonly string[]): string[] {
  return typeof value === "string" ? [value] : [...value];
}
