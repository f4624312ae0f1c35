/** Tests of the property tests: bugs are planted in readers of text and archives, and the properties must find each. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assembleChart } from '../../src/helm/artifact/assemble-chart.js'
import { parseHelmignore } from '../../src/helm/folder/helmignore.js'
import { layerizeChart } from '../../src/helm/artifact/layerize-chart.js'
import { listVersions } from '../../src/helm/version/list-versions.js'
import { readTar } from '../../src/oras/tar/read-tar.js'
import { parseVersionRange } from '../../src/helm/version/version-range.js'
import { compareVersions } from '../../src/helm/version/version.js'
import { resolveScalar, scalarToText } from '../../src/helm/yaml/scalar.js'
import { formatYaml, parseYaml } from '../../src/helm/yaml/yaml.js'
import { formatReference, parseReference } from '../../src/oras/oci/reference.js'
import { findNextLink } from '../../src/oras/registry/list-tags.js'
import { checkUrl } from '../../src/oras/registry/connection/url-policy.js'
import { parseWarnings } from '../../src/oras/http/with-events.js'
import { parseRetryAfter } from '../../src/oras/http/retry/rate-limit.js'
import { ignoreRuleProperties } from './ignore-rules.js'
import { layoutBugs, tagBugs } from './layout-bugs.js'
import { layoutProperties } from './layouts.js'
import type { NamedProperty } from './named-property.js'
import { ignoreRuleBugs, referenceBugs, tarReaderBugs, versionRangeBugs, yamlScalarBugs } from './planted-bugs.js'
import { referenceProperties } from './reference.js'
import { registryUrlBugs } from './registry-url-bugs.js'
import { registryUrlProperties } from './registry-urls.js'
import { responseHeaderBugs } from './response-header-bugs.js'
import { responseHeaderProperties } from './response-headers.js'
import { tagProperties } from './tags.js'
import { tarReaderProperties } from './tar-reader.js'
import { versionRangeProperties } from './version-ranges.js'
import { yamlScalarProperties } from './yaml-scalars.js'
import { nextTurn } from '../support/event-loop.js'

// Always from one seed, so that no bug is missed by chance.
const BUG_OPTIONS = { seed: 1, numRuns: 1000, endOnFailure: true }

/**
 * The planted bugs that wait without end: turns of the event loop are counted, because on a busy machine time says nothing.
 * All input is in memory, so that a correct reader needs few turns.
 */
const WAITING: ReadonlySet<string> = new Set(['the reader is tar-stream, which reads on after the end'])
const TURNS = 1000

describeBugs('the tar reader', tarReaderProperties, { readTar }, tarReaderBugs)
describeBugs('ignore rules', ignoreRuleProperties, { parseHelmignore }, ignoreRuleBugs)
describeBugs('references', referenceProperties, { parseReference, formatReference }, referenceBugs)
describeBugs('headers of answers', responseHeaderProperties, { parseWarnings, parseRetryAfter }, responseHeaderBugs)
describeBugs('addresses of a registry', registryUrlProperties, { findNextLink, checkUrl }, registryUrlBugs)
describeBugs('the way back', layoutProperties, { layerizeChart, assembleChart }, layoutBugs)
describeBugs('the order of tags', tagProperties, { listVersions }, tagBugs)
describeBugs('versions and ranges', versionRangeProperties, { parseVersionRange, compareVersions }, versionRangeBugs)
describeBugs(
  'YAML scalars',
  yamlScalarProperties,
  { resolveScalar, scalarToText, parseYaml, formatYaml },
  yamlScalarBugs,
)

function describeBugs<Subject extends object>(
  subject: string,
  properties: (implementation: Subject) => readonly NamedProperty[],
  real: Subject,
  bugs: Readonly<Record<string, Partial<Subject>>>,
): void {
  describe(`the properties of ${subject}`, () => {
    for (const [bug, changes] of Object.entries(bugs)) {
      it(`find the bug: ${bug}`, async () => {
        const planted = properties({ ...real, ...changes })

        expect(await isFound(planted, WAITING.has(bug) ? [failWhenIdle] : [])).toBe(true)
      })
    }
  })
}

/** Fails a run that has not ended after {@link TURNS} turns of the event loop. */
function failWhenIdle(): fc.PluginInstance<unknown> {
  const countTurns = async (): Promise<{ error: Error }> => {
    for (let turn = 0; turn < TURNS; turn++) await nextTurn()
    return { error: new Error('it waits for what never comes') }
  }
  return {
    decorateRun: (run) => (value) => {
      const outcome = run(value)
      return outcome instanceof Promise ? Promise.race([outcome, countTurns()]) : outcome
    },
  }
}

async function isFound(properties: readonly NamedProperty[], plugins: fc.Plugin<unknown>[]): Promise<boolean> {
  for (const { property } of properties) {
    const { failed } = await fc.check(property, { ...BUG_OPTIONS, plugins })
    if (failed) return true
  }
  return false
}
