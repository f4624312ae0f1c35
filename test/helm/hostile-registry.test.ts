/** Every way in which a registry can be hostile, once; the other calls that meet it are in `hostile-registry.long.test.ts`. */
import { describeHostileRegistry } from './describe-hostile-registry.js'

describeHostileRegistry('each once')
