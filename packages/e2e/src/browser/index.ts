export { bundlePage } from "./bundle-page.js";
export { describeEachBrowser, describeWith } from "./describe-browser.js";
export { findBrowser } from "./find-browser.js";
export { launchBrowser } from "./launch-browser.js";
export { PageError } from "./remote-call.js";
export { BROWSER_NAMES, type BrowserName, type BrowserPage, type OpenOptions, type TestBrowser } from "./types.js";
