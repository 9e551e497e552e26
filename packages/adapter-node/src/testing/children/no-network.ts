import { networkInterfaces } from "node:os";
import { close, connect, createEnd } from "../pair.js";

/** To be run where there is nothing but the loopback interface. */
const [a, b] = [createEnd(), createEnd()];
await connect(a, b);
const { selectedCandidatePair } = await a.connection.stats();
console.log("interfaces:", Object.keys(networkInterfaces()).join(" "), "local:", selectedCandidatePair?.local.address);
await close(a, b);
