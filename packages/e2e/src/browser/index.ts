export { describeEachBrowser, describeWith } from "./describe-browser.js";
export type { BrowserName, BrowserPage, OpenOptions, TestBrowser } from "./types.js";
