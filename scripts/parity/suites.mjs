/**
 * What the parity matrix has in it. A row is a scenario, whatever runtimes it ran between; which those were is what the test
 * says (`meta.browsers`, set by `describeWith`) and what its titles name.
 * @typedef {object} Source
 * @property {string} files a test file, or all whose path begins so
 * @property {"simulated" | "node" | "chromium"} [only] the one runtime, whatever the titles say
 * @property {"node"} [with] takes part in each of its tests, though no title says so
 * @property {RegExp} [without] titles of tests that are about something else
 * @property {(titles: readonly string[]) => string} [row] otherwise the test's own title
 * @property {boolean} [contract] only tests that are a case of the contract of drivers
 * @property {boolean} [nodes] runs under every supported Node: `npm run nodes`
 *
 * @typedef {object} Suite
 * @property {string} title
 * @property {readonly Source[]} sources
 * @property {boolean} [media] otherwise data; a row that begins with "media: " is media's in either
 */

const E2E = "packages/e2e/src";

/** @param {readonly string[]} titles of the suite and of the test, in one sentence */
const sentence = ([suite = "", title = ""]) => `${suite.replace(/ in (chromium|firefox)$/, "")}: ${title}`;

/** @type {readonly Suite[]} */
export const SUITES = [
  {
    title: "The contract of connection adapters",
    sources: [
      { files: "packages/testing/src/adapter/simulated-adapter.test.ts", only: "simulated" },
      { files: "packages/adapter-node/src/conformance.test.ts", with: "node", nodes: true },
      { files: `${E2E}/conformance-browsers.test.ts` },
    ],
  },
  {
    title: "The contract of drivers",
    sources: [
      { files: "packages/testing/src/driver/simulated-driver.conformance.test.ts", only: "simulated" },
      { files: "packages/testing/src/conformance/driver.test.ts", with: "node", contract: true, nodes: true },
      { files: "packages/server/src/websocket-driver.test.ts", with: "node", contract: true, nodes: true },
      { files: `${E2E}/conformance-drivers.test.ts` },
    ],
  },
  {
    title: "Rooms, end to end",
    sources: [
      { files: `${E2E}/room/room.test.ts`, nodes: true },
      { files: `${E2E}/room/room.long.test.ts` },
      { files: `${E2E}/requests/requests.test.ts`, nodes: true },
      { files: `${E2E}/requests/requests.long.test.ts` },
      { files: `${E2E}/node/`, with: "node" },
      { files: `${E2E}/detection/`, with: "node", without: /^a page/, row: sentence },
      { files: `${E2E}/detection/`, without: /^two processes/, row: sentence },
      { files: `${E2E}/continuity/`, row: ([title = ""]) => title.replace(/^.*?: /, "") },
      { files: `${E2E}/soak/`, with: "node" },
      { files: `${E2E}/relayed/`, row: ([, title = ""]) => `relay only: ${title}` },
      { files: `${E2E}/diagnose/`, row: ([, title = ""]) => `diagnosis: ${title}` },
      { files: `${E2E}/broker-drivers.test.ts`, row: ([, title = ""]) => `a page and Node over ${title}` },
    ],
  },
  {
    title: "Channels and transfers, end to end",
    sources: [
      { files: `${E2E}/pair/` },
      { files: `${E2E}/transfers/plain.`, nodes: true },
      { files: `${E2E}/transfers/payloads.`, nodes: true },
      {
        files: `${E2E}/transfers/ends.`,
        row: () => "the other side ends in the middle of a transfer: typed errors",
      },
      { files: `${E2E}/transfers/fair.`, row: () => "four equal transfers finish within a fifth of each other" },
      { files: `${E2E}/transfers/memory.`, with: "node", row: () => "a slow reader, then a fast one" },
      {
        files: `${E2E}/transfers/unread.`,
        with: "node",
        row: () => "unread messages wait, then all arrive",
      },
      { files: `${E2E}/guide/`, with: "node" },
    ],
  },
  {
    title: "Pages and installed packages, end to end",
    sources: [
      { files: `${E2E}/packaging/node.test.ts`, only: "node", nodes: true },
      { files: `${E2E}/packaging/exports.test.ts`, only: "node", nodes: true },
      { files: `${E2E}/packaging/node-bundles.test.ts`, only: "node" },
      { files: `${E2E}/packaging/first-steps.test.ts`, only: "node", without: / a page /, row: sentence },
      { files: `${E2E}/packaging/first-steps.test.ts`, only: "chromium", without: / a (bot|test) /, row: sentence },
      { files: `${E2E}/packaging/browser-bundles.test.ts`, only: "chromium", row: sentence },
      { files: `${E2E}/adapter-browser.test.ts`, without: /^the browser adapter as a module/ },
      { files: `${E2E}/polyfill.test.ts`, without: /^what the polyfill costs/ },
      { files: `${E2E}/react/` },
      { files: `${E2E}/inspector/`, row: sentence },
      { files: `${E2E}/room-page/room-page.test.ts`, row: sentence },
    ],
  },
  {
    title: "Media, end to end",
    media: true,
    sources: [
      { files: "packages/adapter-node/src/media/node-to-node.test.ts", with: "node", nodes: true },
      { files: `${E2E}/node-media.test.ts` },
      { files: `${E2E}/media/` },
      { files: `${E2E}/lossy/`, only: "chromium" },
      { files: `${E2E}/media-bots/`, with: "node", row: sentence },
      { files: `${E2E}/room-page/room-media.test.ts`, row: sentence },
    ],
  },
];

/** Of the end-to-end tests, what is no scenario between runtimes: the harness, and what is said of builds. */
export const NO_SCENARIOS = [
  `${E2E}/docs-site/docs-site.long.test.ts`,
  `${E2E}/browser/`,
  `${E2E}/packaging/boundaries.test.ts`,
  `${E2E}/packaging/ci-example.test.ts`,
  `${E2E}/packaging/manifests.test.ts`,
  `${E2E}/packaging/types.test.ts`,
];
