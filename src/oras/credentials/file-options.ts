/** Which file a provider reads: the option that all of them have. */

/** Where to look. */
export interface CredentialFileOptions {
  /** The file to read, and no other. Default: where the tool itself looks, each time it is asked. */
  readonly path?: string | undefined
}

/** @throws {TypeError} if there is a path that is none. */
export function checkPath(path: unknown): void {
  if (path !== undefined && (typeof path !== 'string' || path === '' || path.includes('\0'))) {
    throw new TypeError('the option path must be the path of a file')
  }
}
