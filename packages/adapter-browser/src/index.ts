export { browserAdapter, createBrowserAdapter, type BrowserAdapterOptions } from "./adapter.js";
export type { BrowserConnection } from "./connection.js";
