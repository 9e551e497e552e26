import { adapter as own } from "#adapter";
import type { ConnectionAdapter } from "@peerhood/core";

/** The adapter that `Peer` of this package uses: for what builds on core and is to run where this package does. */
export const adapter: ConnectionAdapter = own;
