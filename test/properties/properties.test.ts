/** Random input for readers of foreign text and archives. `planted-bugs.long.test.ts` tests these tests. */
import { describe, it } from 'vitest'
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
import { layoutProperties } from './layouts.js'
import type { NamedProperty } from './named-property.js'
import { referenceProperties } from './reference.js'
import { registryUrlProperties } from './registry-urls.js'
import { responseHeaderProperties } from './response-headers.js'
import { tagProperties } from './tags.js'
import { tarReaderProperties } from './tar-reader.js'
import { versionRangeProperties } from './version-ranges.js'
import { yamlScalarProperties } from './yaml-scalars.js'
import { assertProperty } from '../support/seeds.js'

const RUNS = 400

describeSubject('the tar reader', tarReaderProperties, { readTar })
describeSubject('ignore rules', ignoreRuleProperties, { parseHelmignore })
describeSubject('references', referenceProperties, { parseReference, formatReference })
describeSubject('headers of answers', responseHeaderProperties, { parseWarnings, parseRetryAfter })
describeSubject('addresses of a registry', registryUrlProperties, { findNextLink, checkUrl })
describeSubject('the way back', layoutProperties, { layerizeChart, assembleChart })
describeSubject('the order of tags', tagProperties, { listVersions })
describeSubject('versions and ranges', versionRangeProperties, { parseVersionRange, compareVersions })
describeSubject('YAML scalars', yamlScalarProperties, { resolveScalar, scalarToText, parseYaml, formatYaml })

function describeSubject<Subject>(
  subject: string,
  properties: (implementation: Subject) => readonly NamedProperty[],
  real: Subject,
): void {
  describe(subject, () => {
    for (const { name, property } of properties(real)) {
      it(name, () => assertProperty(property, RUNS))
    }
  })
}
