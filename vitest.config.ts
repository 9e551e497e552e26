import { defineConfig } from "vitest/config";

const conditions = ["@peerhood/source", "node", "import", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // node-datachannel segfaults in worker threads.
    pool: "forks",
    include: ["packages/*/src/**/*.test.ts"],
  },
});
