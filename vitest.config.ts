import { defineConfig } from "vitest/config";

// The source condition: tests run without a build.
const conditions = ["@peerhood/source", "node", "import", "default"];

const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
};

/** Tests that take more than half a minute each: `npm run test:long`, not `npm test`. CI runs both. */
const LONG = "**/*.long.test.ts";

export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          // node-datachannel segfaults in worker threads.
          pool: "forks",
          include: ["packages/*/src/**/*.test.ts"],
          exclude: ["packages/e2e/**", "packages/adapter-node/**", LONG, "**/node_modules/**"],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: "e2e",
          pool: "forks",
          include: ["packages/e2e/src/**/*.test.ts", "packages/adapter-node/src/**/*.test.ts"],
          exclude: ["packages/e2e/src/packaging/**", LONG, "**/node_modules/**"],
          // Browsers and processes of their own: one file at a time on two cores.
          fileParallelism: false,
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: {
          name: "packaging",
          pool: "forks",
          include: ["packages/e2e/src/packaging/**/*.test.ts"],
          // Packs and installs once; what is tested is the build, not the sources.
          globalSetup: ["packages/e2e/src/packaging/install-consumer.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        ...shared,
        test: {
          name: "long",
          pool: "forks",
          include: ["packages/*/src/**/*.long.test.ts"],
          exclude: ["**/node_modules/**"],
          fileParallelism: false,
          testTimeout: 600_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
