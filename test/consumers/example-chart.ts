/** The chart that is pushed, whose digests the README shows. */
import { join } from 'node:path'

export const CHART = join(import.meta.dirname, '../../examples/mychart')
