/** Pushes the example with everything that a push can add, for other programs to read. */
import {
  type ChartFormat,
  packChart,
  pushChart,
  type PushChartResult,
  readChart,
  readContent,
} from '../../src/index.js'
import { EXAMPLE } from './example-chart.js'

/** Both, for `describe.each`. */
export const FORMATS: readonly ChartFormat[] = ['helm', 'split']
export const PROVENANCE = 'not a real signature'
export const CREATED = '2026-01-02T03:04:05Z'
/** Names that sort otherwise in other alphabets, and what JSON may escape. */
export const ANNOTATIONS = { 'com.example.team': 'web & <more>', 'com.example.ü': '\u{1F680}' }

/** Pushes it as 0.1.0 and as `latest`; for Helm as an archive with a provenance, else as a folder. */
export async function pushExample(place: string, format: ChartFormat): Promise<PushChartResult> {
  const options = { format, created: CREATED, annotations: ANNOTATIONS, tags: ['latest'] }
  const reference = `${place}:0.1.0`
  if (format === 'split') return pushChart(EXAMPLE, reference, options)
  const archive = await readContent(await packChart(await readChart(EXAMPLE)))
  return pushChart(archive, reference, { ...options, provenance: Buffer.from(PROVENANCE) })
}
