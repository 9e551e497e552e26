import { fileURLToPath } from "node:url";
import { isMainThread, Worker } from "node:worker_threads";
import { isPeerhoodError } from "@peerhood/core";
import { createEnd } from "../pair.js";

if (isMainThread) {
  // Node 20 does not hand loaders on to threads.
  const code = `require("tsx/cjs"); require(${JSON.stringify(fileURLToPath(import.meta.url))})`;
  const worker = new Worker(code, { eval: true });
  worker.once("exit", (code) => (process.exitCode = code));
} else {
  try {
    createEnd();
  } catch (error) {
    console.log(isPeerhoodError(error) ? error.code : error);
  }
}
