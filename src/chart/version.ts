/** Versions as Helm accepts them, which is a little more than semantic versioning allows. */

// The length that Helm's semver library allows.
const MAX_LENGTH = 256
const IDENTIFIER = '(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)'
const BUILD = '[0-9A-Za-z-]+'
// Unlike in semver.org's grammar, segments may be missing, and may begin with zeros or with a "v".
const VERSION = new RegExp(
  `^v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?(?:-${IDENTIFIER}(?:\\.${IDENTIFIER})*)?(?:\\+${BUILD}(?:\\.${BUILD})*)?$`,
)

/** Tells whether Helm takes a text for a version: `1.2.3`, `v1.2`, `1.2.3-rc.1+build`. */
export function isVersion(text: string): boolean {
  const found = text.length > MAX_LENGTH ? null : VERSION.exec(text)
  // Go keeps each segment in 64 bits.
  return found !== null && [found[1], found[2], found[3]].every((segment = '0') => BigInt(segment) < 2n ** 64n)
}
