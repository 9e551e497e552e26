/**
 * What the source of each package may import, beside its own files. A name that ends in "/" stands for a scope.
 * `node` allows `node:` modules, `nodeFiles` in these files only. `only` narrows an npm package to one file of the importer.
 *
 * @typedef {{ imports: readonly string[], node?: boolean, nodeFiles?: readonly string[], only?: Readonly<Record<string, string>>, typesOnly?: boolean }} Row
 */

/** @type {Readonly<Record<string, Row>>} */
export const IMPORT_TABLE = {
  core: { imports: ["eventemitter3", "@noble/"] },
  "adapter-browser": { imports: ["@peerhood/core"] },
  "adapter-node": { imports: ["@peerhood/core", "node-datachannel", "ws"], node: true },
  peerhood: {
    imports: ["@peerhood/core", "@peerhood/adapter-browser", "@peerhood/adapter-node", "web-streams-polyfill"],
    only: {
      "web-streams-polyfill": "polyfill.ts",
      "@peerhood/adapter-browser": "adapter.browser.ts",
      "@peerhood/adapter-node": "adapter.node.ts",
    },
  },
  server: { imports: ["ws", "jose", "pino", "prom-client", "@nats-io/transport-node", "redis"], node: true },
  drivers: { imports: ["@peerhood/core", "@noble/", "peer:"] },
  // `register` is for Node's own test runner and loaded by nothing else.
  testing: { imports: ["@peerhood/core", "fast-check", "peerhood"], nodeFiles: ["register.ts"] },
  media: { imports: ["@peerhood/core", "@peerhood/adapter-node", "mediabunny", "@evan/opus"] },
  cli: { imports: ["peerhood", "@peerhood/server", "commander", "@clack/prompts", "@scure/bip39"], node: true },
  react: { imports: ["react", "peerhood"] },
  inspector: { imports: ["@peerhood/core"], typesOnly: true },
};

/** What tests may import on top: they run in Node, whatever the runtime of what they test. */
export const TEST_IMPORTS = ["vitest", "fast-check", "@peerhood/testing"];

/** Private packages that may import anything that is declared. */
export const FREE_PACKAGES = ["e2e", "bench", "docs"];
