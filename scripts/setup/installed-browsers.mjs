// Prints, as JSON, where the browsers of the tests are, by the same look-up that the tests use. Run with `--import tsx`.
import { findBrowser } from "../../packages/e2e/src/browser/find-browser.ts";
import { BROWSER_NAMES } from "../../packages/e2e/src/browser/types.ts";

console.log(JSON.stringify(Object.fromEntries(BROWSER_NAMES.map((name) => [name, findBrowser(name)]))));
