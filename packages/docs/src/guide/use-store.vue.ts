import type { Store } from "peerhood/store";
import { onScopeDispose, shallowRef, type ShallowRef } from "vue";

/** A store as a ref that Vue follows, for as long as the component is there. */
export function useStore<Value>(store: Store<Value>): Readonly<ShallowRef<Value>> {
  const value = shallowRef(store.getSnapshot());
  onScopeDispose(store.subscribe(() => (value.value = store.getSnapshot())));
  return value;
}
