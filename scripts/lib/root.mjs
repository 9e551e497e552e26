import { fileURLToPath } from "node:url";

/** The repository, without a slash at its end. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Logs and stamps of the scripts; ignored by git, may be deleted at any time. */
export const CACHE = fileURLToPath(new URL("../../.cache", import.meta.url));
