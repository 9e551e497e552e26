import { PeerhoodError, type ChannelInit } from "@peerhood/core";
import { MAX_CHANNEL_ID, MAX_LABEL_BYTES } from "./constants.js";

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function checkChannelInit({ label, protocol = "", id, maxRetransmits, maxPacketLifeTime }: ChannelInit): void {
  if (!isWithin(id, MAX_CHANNEL_ID)) throw invalid(`channel id ${id} is not an integer from 0 to ${MAX_CHANNEL_ID}`);
  for (const text of [label, protocol]) {
    if (new TextEncoder().encode(text).length > MAX_LABEL_BYTES) {
      throw invalid(`a label or protocol has more than ${MAX_LABEL_BYTES} bytes`);
    }
  }
  if (maxRetransmits !== undefined && maxPacketLifeTime !== undefined) {
    throw invalid("maxRetransmits and maxPacketLifeTime exclude each other");
  }
  for (const limit of [maxRetransmits, maxPacketLifeTime]) {
    if (limit !== undefined && !isWithin(limit, 65_535)) throw invalid(`${limit} is not an integer from 0 to 65535`);
  }
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

function invalid(why: string): PeerhoodError {
  return new PeerhoodError("INVALID_ARGUMENT", `The channel can not be created: ${why}.`);
}
