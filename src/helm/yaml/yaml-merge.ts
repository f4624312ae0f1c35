/** The key `<<` of YAML 1.1, which brings the keys of other mappings. */

/**
 * Puts the keys of a mapping, or of several, into another one. In go-yaml v2 a merge counts where it stands: it replaces
 * the keys before it, and those after it replace its own.
 *
 * @param merged Gets the keys that were not there before.
 * @throws {SyntaxError} with the message of go-yaml, if the value is something else.
 */
export function mergeMaps<Value>(map: Map<string, Value>, value: Value, merged: Set<string>): void {
  const sources = Array.isArray(value) ? (value as readonly Value[]).toReversed() : [value]
  for (const source of sources) {
    if (!(source instanceof Map)) throw new SyntaxError('map merge requires map or sequence of maps as the value')
    for (const [key, item] of source as ReadonlyMap<string, Value>) {
      if (!map.has(key)) merged.add(key)
      map.set(key, item)
    }
  }
}
