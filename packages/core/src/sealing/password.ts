// Loaded by import(), where a password is used.
import { compareBytes, concatWithLengths } from "./bytes.js";
import { Cpace } from "./cpace.js";
import type { BeginPasswordRun, Stay } from "./password-run.js";

const encoder = new TextEncoder();
const LABEL = encoder.encode("peerhood/password/1");

/** Runs for each attempt with each member of a room. The same text typed on another system is the same password. */
export function createPasswordRuns(password: string): BeginPasswordRun {
  // UAX #15: an "é" may be typed as one character or as two.
  const bytes = encoder.encode(password.normalize("NFC"));
  return (topic, mine, theirs, random) => {
    const stays = [encodeStay(mine), encodeStay(theirs)].sort((a, b) => compareBytes(a.whole, b.whole));
    const channel = concatWithLengths(LABEL, encoder.encode(topic), ...stays.map(({ id }) => id));
    const session = concatWithLengths(...stays.map(({ instance }) => instance));
    return new Cpace({ password: bytes, channel, session }, random);
  };
}

function encodeStay({ id, instance }: Stay): Record<"id" | "instance" | "whole", Uint8Array> {
  return { id: encoder.encode(id), instance: encoder.encode(instance), whole: encoder.encode(id + instance) };
}
