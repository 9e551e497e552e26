// The actor in a Node process of its own, driven over the process's channel.
import * as actor from "./actor.js";

process.on("message", (call: { id: number; name: keyof typeof actor; args: never[] }) => {
  (async () => (actor[call.name] as (...args: never[]) => unknown)(...call.args))().then(
    (value) => process.send?.({ id: call.id, value }),
    (error: Error) => process.send?.({ id: call.id, error: `${error.name}: ${error.message}` }),
  );
});
