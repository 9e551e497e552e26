// Modules of the reader's own, which guides and READMEs import.
declare module "*/chat.js" {
  import type { Peer } from "peerhood";
  export function openChat(options: { url: string; room: string }): Promise<Peer>;
}
declare module "*/my-adapter.js" {
  import type { Clock, ConnectionAdapter } from "peerhood";
  export const myAdapter: ConnectionAdapter;
  export function createMyAdapter(): ConnectionAdapter;
  export const systemClock: Clock;
}
