/** A file exceeds a limit that no option raises. */
export class FileLimitError extends Error {
  override readonly name = 'FileLimitError'
  /** The limit, in the unit that the message names. */
  readonly limit: number

  constructor(reason: string, limit: number) {
    super(reason)
    this.limit = limit
  }
}

/** How many values metadata may have: texts, flags, lists, maps. */
const MAX_VALUES = 5000

/** Refuses metadata with too many values. */
export function checkCount(values: number): void {
  if (values > MAX_VALUES) throw new FileLimitError(`it has more than ${MAX_VALUES} values`, MAX_VALUES)
}
