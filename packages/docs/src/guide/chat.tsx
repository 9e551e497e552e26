import { useChannel, usePeer, useRemotes } from "@peerhood/react";
import { WebSocketDriver } from "peerhood";

export function Chat({ room, name }: { room: string; name: string }) {
  const { peer, status } = usePeer({
    driver: () => new WebSocketDriver("wss://example.org"),
    room,
    metadata: { name },
  });
  const remotes = useRemotes<{ name: string }>(peer);
  const { messages, send } = useChannel<string>(peer, "chat");
  return (
    <>
      <p>
        {status}: {remotes.map(({ metadata }) => metadata.name).join(", ")}
      </p>
      {messages.map(({ key, data }) => (
        <p key={key}>{data}</p>
      ))}
      <button onClick={() => void send("hello")}>Say hello</button>
    </>
  );
}
