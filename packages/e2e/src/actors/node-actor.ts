// An actor's module in a Node process of its own, driven over the process's channel.
type Actor = Readonly<Record<string, (...args: never[]) => unknown>>;

const actor = (await import(process.argv[2] ?? "")) as Actor;

process.on("message", (call: { id: number; name: string; args: never[] }) => {
  (async () => actor[call.name]?.(...call.args))().then(
    (value) => process.send?.({ id: call.id, value }),
    (error: Error) => process.send?.({ id: call.id, error: `${error.name}: ${error.message}` }),
  );
});
process.send?.({ ready: true });
