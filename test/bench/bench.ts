/** What every case of the benchmark is given. */
import type { Programs } from './programs.js'

export interface Bench {
  /** A temporary folder. */
  readonly folder: string
  /** The host of a Distribution registry. */
  readonly host: string
  /** Folders of charts that others have made, the largest first; without such charts, the chart of the examples. */
  readonly charts: readonly string[]
  readonly programs: Programs
  /** Gives programs that keep settings folders of their own. */
  readonly env: Readonly<Record<string, string>>
}
