/** Skips tests that cannot run on this machine, and prints why. */

/**
 * For `skipIf`: prints what is skipped and why, if there is a reason.
 *
 * @param reason Goes after "because"; nothing, or `false`, if the tests can run.
 */
export function skipBecause(reason: string | false | undefined, what: string): boolean {
  if (reason) console.warn(`Skipped: ${what}, because ${reason}.`)
  return Boolean(reason)
}

/** For what only systems with POSIX files and scripts can show. */
export function skipOnWindows(what: string): boolean {
  return skipBecause(process.platform === 'win32' && 'this is Windows', what)
}
