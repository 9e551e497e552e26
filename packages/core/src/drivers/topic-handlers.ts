import { PeerhoodError } from "../errors.js";

export type MessageHandler = (data: Uint8Array) => void;

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function checkTopic(topic: unknown): void {
  if (typeof topic !== "string" || !/^[\w.\-/]{1,256}$/.test(topic)) {
    throw new PeerhoodError(
      "INVALID_ARGUMENT",
      `${JSON.stringify(topic)?.slice(0, 80)} is not a topic: 1 to 256 characters out of A-Z a-z 0-9 . _ - /`,
    );
  }
}

/** Handlers by topic. A plain Map of Sets, so that copies of this package in one process can share one. */
export type TopicHandlers = Map<string, Set<MessageHandler>>;

/** Returns a function that removes the handler again and says whether it was the topic's last. */
export function addHandler(topics: TopicHandlers, topic: string, handler: MessageHandler): () => boolean {
  let handlers = topics.get(topic);
  if (handlers === undefined) topics.set(topic, (handlers = new Set()));
  handlers.add(handler);
  const own = handlers;
  return () => {
    if (!own.delete(handler) || own.size > 0 || topics.get(topic) !== own) return false;
    return topics.delete(topic);
  };
}

/** Calls the topic's handlers, each in a microtask of its own and with a copy of its own. */
export function deliverSoon(topics: TopicHandlers, topic: string, data: Uint8Array): void {
  const handlers = topics.get(topic);
  if (handlers === undefined) return;
  for (const handler of handlers) {
    // Copied now, since the publisher may reuse its buffer. Not `slice`: a Node Buffer's shares the memory.
    const copy = new Uint8Array(data);
    queueMicrotask(() => {
      if (handlers.has(handler)) handler(copy);
    });
  }
}
