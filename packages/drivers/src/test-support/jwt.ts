import { createHmac } from "node:crypto";

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const sign = (body: string, key: string): string => createHmac("sha256", key).update(body).digest("base64url");

/** A JSON web token with HS256. */
export function createToken(claims: object, key: string): string {
  const body = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${body}.${sign(body, key)}`;
}

/** Its claims, or `undefined` if it is none, is not signed with `key`, or has expired. */
export function readToken(token: string, key: string): Readonly<Record<string, unknown>> | undefined {
  const [header = "", claims = "", signature] = token.split(".");
  if (signature !== sign(`${header}.${claims}`, key)) return undefined;
  const read = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
  const { exp } = read;
  return typeof exp === "number" && exp <= Date.now() / 1_000 ? undefined : read;
}
