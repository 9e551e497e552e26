// Browsers without a test runner around them, for packages/bench.
export { launchBrowser } from "./launch-browser.js";
export type { TestBrowser } from "./types.js";
