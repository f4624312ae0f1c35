/** Versions as tags: registries allow no "+" in one, and some people write a "v" before it. */

/** Writes a version as Helm tags it, with `_` for `+`. */
export function formatVersionTag(version: string): string {
  return version.replaceAll('+', '_')
}

/** Reads a tag as the version that it may be: with `+` for `_`, and without a leading `v`. */
export function parseVersionTag(tag: string): string {
  return tag.replaceAll('_', '+').replace(/^v/, '')
}
