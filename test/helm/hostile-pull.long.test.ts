/** Every hostile chart, pulled from a registry, as Helm pushes it: `hostile-pull.test.ts` has them as content layers. */
import { describeHostileCharts } from './describe-hostile-pull.js'

describeHostileCharts()
