/** The table of worst inputs: `npm run stalls` measures each row, `worst-inputs.test.ts` counts some. */
import { chartInputs } from './chart-inputs.js'
import { lockInputs } from './lock-inputs.js'
import { registryInputs } from './registry-inputs.js'
import { secretInputs } from './secret-inputs.js'
import { versionInputs } from './version-inputs.js'
import type { WorstInput } from './worst-input.js'
import { yamlInputs } from './yaml-inputs.js'

export const worstInputs: readonly WorstInput[] = [
  ...chartInputs,
  ...yamlInputs,
  ...versionInputs,
  ...registryInputs,
  ...secretInputs,
  ...lockInputs,
]
