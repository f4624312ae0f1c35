/** A file that is more than is read of its kind, whatever the options say. */
export class FileLimitError extends Error {
  override readonly name = 'FileLimitError'
  readonly limit: number

  constructor(reason: string, limit: number) {
    super(reason)
    this.limit = limit
  }
}

/** How many texts, flags and other values metadata may have. */
const MAX_VALUES = 5000

/** Refuses metadata with more values. */
export function checkCount(values: number): void {
  if (values > MAX_VALUES) throw new FileLimitError(`it has more than ${MAX_VALUES} values`, MAX_VALUES)
}
