/**
 * Whether a page of this origin may connect. Only browsers say their origin truly, and only they have to be asked: it
 * keeps other people's pages from using a visitor's access, and nothing else. Who sends none is no page.
 */
export function isOriginAllowed(origin: string | undefined, allowed: readonly string[] | undefined): boolean {
  return allowed === undefined || origin === undefined || allowed.includes(origin.toLowerCase());
}

/** @throws RangeError for what no browser would send */
export function checkOrigins(origins: readonly string[]): readonly string[] {
  return origins.map((origin) => {
    let parsed: string | undefined;
    try {
      parsed = new URL(origin).origin;
    } catch {}
    if (parsed === undefined || parsed === "null" || parsed !== origin.replace(/\/$/, "").toLowerCase()) {
      throw new RangeError(
        `${origin} is no origin: give scheme, host and port, as in https://app.example or http://localhost:5173.`,
      );
    }
    return parsed;
  });
}
