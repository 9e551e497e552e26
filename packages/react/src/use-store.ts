import type { Store } from "peerhood/store";
import { useSyncExternalStore } from "react";

/** Until there is a store, and on a server: that value. */
export function useStore<Value>(store: Store<Value> | undefined, nothing: Value): Value {
  return useSyncExternalStore(
    store === undefined ? subscribeToNothing : subscriberOf(store),
    () => (store === undefined ? nothing : store.getSnapshot()),
    () => nothing,
  );
}

type Subscribe = (listener: () => void) => () => void;

/** One function per store: React subscribes anew when it is given another. */
const subscribers = new WeakMap<Store<never>, Subscribe>();

function subscriberOf<Value>(store: Store<Value>): Subscribe {
  const key = store as Store<never>;
  let subscribe = subscribers.get(key);
  if (subscribe === undefined) subscribers.set(key, (subscribe = (listener) => store.subscribe(listener)));
  return subscribe;
}

function subscribeToNothing(): () => void {
  return () => {};
}
