import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import { PeerhoodError } from "@peerhood/core";
import type * as NodeDatachannel from "node-datachannel";

/** The part of node-datachannel's native API that the adapter uses. */
export type NativeModule = Pick<typeof NodeDatachannel, "PeerConnection" | "Video" | "setSctpSettings">;

// A bundler that writes CommonJS leaves `import.meta.url` undefined, and has `__filename`.
const require = createRequire(typeof __filename === "string" ? __filename : import.meta.url);

/**
 * Loads node-datachannel, synchronously and at first use: it throws where its binary is missing, and a program that
 * only imports peerhood must not pay for it.
 * @throws PeerhoodError `NATIVE_MODULE_MISSING`
 */
export function loadNative(): NativeModule {
  if (!isMainThread) {
    throw new PeerhoodError(
      "NATIVE_MODULE_MISSING",
      "WebRTC does not work in worker threads of Node: node-datachannel ends the process there. " +
        'Run this code in the main thread or in a child process (in Vitest: pool: "forks").',
    );
  }
  try {
    return require("node-datachannel") as NativeModule;
  } catch (cause) {
    throw new PeerhoodError(
      "NATIVE_MODULE_MISSING",
      `node-datachannel could not be loaded on ${process.platform} ${process.arch}. Install it with its optional ` +
        "dependencies, which hold the binary: npm install node-datachannel --include=optional. See cause.",
      { cause },
    );
  }
}
