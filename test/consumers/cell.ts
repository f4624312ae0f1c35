/** One way to use the package. */
export interface Cell {
  /** As it is printed: `TypeScript 5.6, bundler, with the types of Node`. */
  readonly title: string
  /** Rejects if the package cannot be used that way. */
  readonly run: () => Promise<void>
  /** Says why it cannot be tried on this machine; `undefined` if it can. */
  readonly missing?: string | undefined
}
