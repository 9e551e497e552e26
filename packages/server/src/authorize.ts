/**
 * Decides whether a client may use the server. `token` is what its driver was given, `""` without one. `false` or a
 * throw refuse it.
 */
export type Authorize = (token: string) => boolean | Promise<boolean>;
