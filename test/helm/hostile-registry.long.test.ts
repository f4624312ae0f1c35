/** Every way in which a registry can be hostile, with the calls that `hostile-registry.test.ts` does not make. */
import { describeHostileRegistry } from './describe-hostile-registry.js'

describeHostileRegistry('the rest')
