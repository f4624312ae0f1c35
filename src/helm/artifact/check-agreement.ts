/** Whether a chart is the one that was asked for, and the one that its artifact says it is: Helm looks at neither. */
import { ContentMismatchError } from '../../oras/errors/oci-error.js'
import type { Reference } from '../../oras/oci/reference.js'
import type { ChartMetadata } from '../model/chart-metadata.js'
import type { ReadContext } from '../model/read-context.js'
import { compareVersions, parseStrictVersion, parseVersion, parseVersionTag } from '../version/version.js'

type Names = Pick<ChartMetadata, 'name' | 'version'>

/**
 * Holds what an artifact says of its chart against what the chart says of itself: Helm lists by the one and installs by
 * the other.
 *
 * @throws {ContentMismatchError} if names or versions differ.
 */
export function checkAgreement(artifact: Names, chart: Names, { attempt }: ReadContext): void {
  const [expected, actual] = [artifact, chart].map(({ name, version }) => `${name} ${version}`) as [string, string]
  if (expected === actual) return
  throw new ContentMismatchError(`${attempt}: the artifact is ${expected}, but its Chart.yaml is ${actual}`, {
    expected,
    actual,
    hint: 'Push the chart again from its folder, or read it as it is with strict: false.',
  })
}

/**
 * Holds a reference against the chart that is there: a tag that is a whole version, with or without a "v", must be the
 * chart's, and the path of an `oci://` reference must end in its name.
 *
 * @throws {ContentMismatchError} if one of them does not.
 */
export function checkReference({ scheme, repository, tag }: Reference, chart: Names, { attempt }: ReadContext): void {
  const refuse = (what: string, expected: string, actual: string): never => {
    throw new ContentMismatchError(`${attempt}: its ${what} is ${actual}`, {
      expected,
      actual,
      hint: 'The reference leads to another chart, or to another version of it. Check the reference, or read what is there with strict: false.',
    })
  }
  const name = repository.slice(repository.lastIndexOf('/') + 1)
  if (scheme === 'oci' && name !== chart.name) refuse('name', name, chart.name)
  // What is listed as a version is one.
  const text = parseVersionTag(tag ?? '')
  const [wanted, found] = [parseStrictVersion(text), parseVersion(chart.version)]
  // Of a "_" in it, only Helm's way back is known.
  const isSame = wanted && found && compareVersions(wanted, found) === 0 && wanted.build === found.build
  if (wanted && !isSame) refuse('version', text, chart.version)
}
