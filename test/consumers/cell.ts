/** One way to use the package, and the error that says why it cannot be tried. */
export interface Cell {
  /** The printed title: `TypeScript 5.6, bundler, with the types of Node`. */
  readonly title: string
  /** Rejects if the package cannot be used that way, with a {@link Missing} if it cannot be tried. */
  readonly run: () => Promise<void>
}

/** Says why something cannot be tried on this machine. */
export class Missing extends Error {}
