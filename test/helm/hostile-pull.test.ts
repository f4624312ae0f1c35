/** Every hostile chart, pulled from a registry as a content layer; those that Helm pushes are in `hostile-pull.long.test.ts`. */
import { describeHostileLayers } from './describe-hostile-pull.js'

describeHostileLayers()
