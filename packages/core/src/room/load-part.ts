import { PeerhoodError } from "../errors.js";

/**
 * A part of the library that is loaded by import() when it is needed.
 * @throws PeerhoodError `MODULE_LOAD_FAILED`
 */
export async function loadPart<T>(part: Promise<T>): Promise<T> {
  try {
    return await part;
  } catch (cause) {
    throw new PeerhoodError(
      "MODULE_LOAD_FAILED",
      "A part of peerhood could not be loaded. Is the page offline, or are its chunks of another build? Reload it.",
      { cause, retryable: true },
    );
  }
}
