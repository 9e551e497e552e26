import Module from "node:module";
import { isPeerhoodError } from "@peerhood/core";
import { createEnd } from "../pair.js";

/** As where node-datachannel was installed without its optional dependencies. */
const loader = Module as unknown as Record<string, (request: string, ...more: unknown[]) => string>;
const hook = "_resolveFilename";
const resolve = loader[hook];
loader[hook] = (request, ...more) => {
  if (request.startsWith("@node-datachannel/")) throw new Error(`Cannot find module '${request}'`);
  return resolve?.call(Module, request, ...more) ?? "";
};
try {
  createEnd();
} catch (error) {
  if (!isPeerhoodError(error)) throw error;
  console.log(error.code, error.message);
}
