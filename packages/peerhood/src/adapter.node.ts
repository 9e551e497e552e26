export { nodeAdapter as adapter } from "@peerhood/adapter-node";
