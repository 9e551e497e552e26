/** The one thing of Node that `register.ts` uses. Not `@types/node`: every other file here runs without Node. */
declare module "node:module" {
  export function register(specifier: string, parentUrl: string): void;
}
