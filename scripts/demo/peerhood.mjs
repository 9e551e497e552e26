// By path, not by name: the workspace root depends on no package of its own, or turbo would take the library for an
// input of every task.
export * from "../../packages/peerhood/dist/index.js";
