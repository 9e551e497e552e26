/** Structured log lines: fields, then a message. A pino logger is one. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** For a server inside somebody else's program: silent but for what somebody has to look at. */
export const quietLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: (fields, message) => console.warn(`peerhood-server: ${message}`, fields),
  error: (fields, message) => console.error(`peerhood-server: ${message}`, fields),
};
