import type { Store } from "peerhood/store";
import { useSyncExternalStore } from "react";

/** Until there is a store, and on a server: that value. */
export function useStore<Value>(store: Store<Value> | undefined, nothing: Value): Value {
  const getNothing = (): Value => nothing;
  return useSyncExternalStore(store?.subscribe ?? subscribeToNothing, store?.getSnapshot ?? getNothing, getNothing);
}

function subscribeToNothing(): () => void {
  return () => {};
}
