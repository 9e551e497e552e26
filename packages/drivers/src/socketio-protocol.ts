/** What driver and server say to each other, as events of Socket.IO; requests are acknowledged with an {@link Answer}. */
export const eventsOf = (prefix: string) => ({
  /** `()`: does anybody route topics here? */
  hello: `${prefix}:hello`,
  /** `(topic)` */
  subscribe: `${prefix}:subscribe`,
  /** `(topic)` */
  unsubscribe: `${prefix}:unsubscribe`,
  /** `(topic, bytes)` */
  publish: `${prefix}:publish`,
  /** To clients: `(topic, bytes)` */
  message: `${prefix}:message`,
});

export type Answer =
  | { readonly ok: true }
  | { readonly error: "refused" | "limit" | "invalid" | "too-large" | "failed"; readonly reason: string };

/** Well below the megabyte at which Socket.IO hangs up (`maxHttpBufferSize`). */
export const MAX_MESSAGE_BYTES = 131_072;
