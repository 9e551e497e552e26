import type { SeededRandom } from "../random/seeded-random.js";

export interface IceCredentials {
  readonly ufrag: string;
  readonly password: string;
}

const ICE_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function createCredentials(random: SeededRandom): IceCredentials {
  const characters = (length: number): string =>
    Array.from({ length }, () => ICE_CHARACTERS.charAt(random.below(ICE_CHARACTERS.length))).join("");
  return { ufrag: characters(8), password: characters(24) };
}

export function isSame(a: IceCredentials | undefined, b: IceCredentials): boolean {
  return a?.ufrag === b.ufrag && a.password === b.password;
}
