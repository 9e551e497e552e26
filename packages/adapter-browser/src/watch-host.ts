import type { HostEvents } from "@peerhood/core";

/** The Network Information API, where there is one: its event says that the page went from one network to another. */
interface NavigatorWithConnection {
  readonly connection?: Pick<EventTarget, "addEventListener" | "removeEventListener">;
}

/**
 * `pagehide` is the last that every page hears, also on phones; `unload` is not. A page that is put into the
 * back/forward cache says goodbye, too: its connections do not survive there.
 */
export function watchHost({ networkChanged, goingAway }: HostEvents): () => void {
  const { connection } = navigator as NavigatorWithConnection;
  const changed = (): void => networkChanged();
  const leaving = (): void => goingAway();
  addEventListener("online", changed);
  connection?.addEventListener("change", changed);
  addEventListener("pagehide", leaving);
  return () => {
    removeEventListener("online", changed);
    connection?.removeEventListener("change", changed);
    removeEventListener("pagehide", leaving);
  };
}
