/** What peers are called that were only counted; the cast of every paper on protocols. */
export const DEFAULT_NAMES = [
  "alice",
  "bob",
  "carol",
  "dave",
  "erin",
  "frank",
  "grace",
  "heidi",
  "ivan",
  "judy",
] as const;

/** `PeerNames<3>` is `"alice" | "bob" | "carol"`; a number that is not known when compiling gives `string`. */
export type PeerNames<
  Count extends number,
  Left extends readonly string[] = typeof DEFAULT_NAMES,
  Taken extends readonly string[] = [],
> = number extends Count
  ? string
  : Taken["length"] extends Count
    ? Taken[number]
    : Left extends readonly [infer First extends string, ...infer Rest extends readonly string[]]
      ? PeerNames<Count, Rest, [...Taken, First]>
      : string;

/** The first `count` of them, `peer-11` and so on after the tenth. */
export function defaultNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => DEFAULT_NAMES[index] ?? `peer-${index + 1}`);
}
