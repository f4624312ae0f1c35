/** Reads a chart in a process of its own, and writes its warnings: `read-in-process.ts <chart>`. */
import { readChart } from '../../src/index.js'

const { warnings } = await readChart(process.argv[2] ?? '')
process.stdout.write(JSON.stringify(warnings))
