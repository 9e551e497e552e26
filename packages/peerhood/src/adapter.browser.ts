export { browserAdapter as adapter } from "@peerhood/adapter-browser";
