// node --import @peerhood/testing/register --test: whoever imports `peerhood` gets `@peerhood/testing/peerhood`.
import { register } from "node:module";

register("./register-hooks.js", import.meta.url);
