/** Where the library says what it does in the background. `console` fits. */
export interface Logger {
  debug(message: string, ...details: unknown[]): void;
  info(message: string, ...details: unknown[]): void;
  warn(message: string, ...details: unknown[]): void;
  error(message: string, ...details: unknown[]): void;
}

const silent = (): void => {};

/** Warnings and errors to the console, the rest to nobody. */
export const defaultLogger: Logger = {
  debug: silent,
  info: silent,
  warn: (message, ...details) => console.warn(`[peerhood] ${message}`, ...details),
  error: (message, ...details) => console.error(`[peerhood] ${message}`, ...details),
};

export const silentLogger: Logger = { debug: silent, info: silent, warn: silent, error: silent };
