/** How many of the values of a YAML document may be aliases: enough for every chart, too few for a bomb. */

/**
 * Refuses a document that consists of aliases for the most part, as go-yaml does while it decodes.
 *
 * @param decoded The number of values so far, of which `aliased` come from aliases.
 * @throws {SyntaxError} with the message of go-yaml.
 */
export function checkAliases(aliased: number, decoded: number): void {
  if (aliased > 100 && decoded > 1000 && aliased / decoded > allowedRatio(decoded)) {
    throw new SyntaxError('document contains excessive aliasing')
  }
}

// go-yaml's own measure: small documents may be almost all aliases, large ones hardly at all.
function allowedRatio(size: number): number {
  const low = 400_000
  const high = 4_000_000
  return 0.99 - 0.89 * Math.min(1, Math.max(0, (size - low) / (high - low)))
}
