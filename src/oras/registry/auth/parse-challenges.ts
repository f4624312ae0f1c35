/** Parses the header WWW-Authenticate into challenges. */

/** One challenge of a server. */
export interface Challenge {
  /** The scheme, in lower case: `bearer`, `basic`. */
  readonly scheme: string
  /** The parameters; their names are in lower case. */
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * Parses the value of a `WWW-Authenticate` header; several challenges, or several headers, may be joined by commas.
 * Malformed parts are skipped, because the header is untrusted.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  // Either `name = value`, where the value is a token or a quoted string, or a single word: a scheme, or a token68.
  const piece = /([!#$%&'*+.^`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))|([!#$%&'*+.^`|~\w-]+)/gs
  for (const [, name, quoted, bare, word] of header.matchAll(piece)) {
    if (word !== undefined) challenges.push({ scheme: word.toLowerCase(), parameters: new Map() })
    else if (name !== undefined) {
      challenges.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/gs, '$1') ?? bare ?? '')
    }
  }
  return challenges
}
