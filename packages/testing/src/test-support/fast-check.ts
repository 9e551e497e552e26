import fc from "fast-check";

/**
 * The seed of property-based tests, so that a change is judged by the same cases each time. PEERHOOD_SEED=random takes
 * others, and a number those of a failure, which prints it.
 */
const wanted = process.env["PEERHOOD_SEED"] ?? "20261128";
export const seed = wanted === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(wanted);
if (!Number.isInteger(seed)) throw new Error(`PEERHOOD_SEED is "random" or an integer, not ${JSON.stringify(wanted)}.`);

fc.configureGlobal({ seed });

export { fc };
