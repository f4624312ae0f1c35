/** For tests that count waves: by a clock, on a machine that may be busy. */

/**
 * A request that waits for nothing may still arrive late, and then counts as one that waited; so these tests have ten
 * tries. That too few waves are counted cannot happen: a request cannot be sent before the answer that it needs.
 */
export const TRIES = { retry: 9 }
