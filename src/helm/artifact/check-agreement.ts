/** Checks that the name and the version of a chart match its artifact and its reference; Helm checks neither. */
import { ContentMismatchError } from '../../oras/errors/oci-error.js'
import type { Reference } from '../../oras/oci/reference.js'
import type { ChartMetadata } from '../model/chart-metadata.js'
import type { ReadContext } from '../model/read-context.js'
import { compareVersions, parseStrictVersion, parseVersion, parseVersionTag } from '../version/version.js'

type Names = Pick<ChartMetadata, 'name' | 'version'>

/**
 * Checks that the artifact and the Chart.yaml have the same name and version: Helm lists charts by the one and installs
 * them by the other.
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
 * Checks that a reference matches the chart: a tag that is a complete version, with or without a leading "v", must be the
 * chart's version, and the repository of an `oci://` reference must end in the chart's name.
 *
 * @throws {ContentMismatchError} if the name or the version differs.
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
  // The same rule as in listChartVersions(): a tag that it lists as a version is checked as one.
  const text = parseVersionTag(tag ?? '')
  const [wanted, found] = [parseStrictVersion(text), parseVersion(chart.version)]
  // A "_" in a tag is taken for "+", as in Helm, so the comparison includes the build.
  const isSame = wanted && found && compareVersions(wanted, found) === 0 && wanted.build === found.build
  if (wanted && !isSame) refuse('version', text, chart.version)
}
