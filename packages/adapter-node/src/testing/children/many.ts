import { isPeerhoodError } from "@peerhood/core";
import { close, createEnd, type End } from "../pair.js";

/** Makes offers until one is refused, and prints how it was. */
const ends: End[] = [];
try {
  for (;;) {
    const end = createEnd();
    ends.push(end);
    await end.connection.createOffer();
  }
} catch (error) {
  if (!isPeerhoodError(error)) throw error;
  console.log(`after ${ends.length}: ${error.code}, retryable ${error.retryable}`);
}
await close(...ends);
