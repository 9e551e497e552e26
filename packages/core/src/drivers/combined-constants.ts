/**
 * How much later than the first another copy of a message may come and still be known as one. Brokers are milliseconds
 * apart, those that store and forward seconds. One that comes later is delivered twice, which peers cope with; a longer
 * time would take an announcement that is repeated over the other bus for a copy of the one before.
 */
export const COPY_WINDOW_MS = 5_000;

/** Messages remembered per subscription; past it the oldest is forgotten. A busy room has some hundreds in 5 s. */
export const MAX_COPIES = 4_096;
