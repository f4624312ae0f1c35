/** Pushes a chart in a process of its own: `push-in-process.ts <chart> <reference>`. */
import { type Credential, pushChart } from '../../src/index.js'

const [chart = '', reference = ''] = process.argv.slice(2)
const credentials = JSON.parse(process.env['PUSH_CREDENTIALS'] ?? 'null') as Credential | null
const { status, digest } = await pushChart(chart, reference, { credentials: credentials ?? 'anonymous' })
process.stdout.write(JSON.stringify({ status, digest }))
