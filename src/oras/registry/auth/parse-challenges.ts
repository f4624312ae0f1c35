/** Reads WWW-Authenticate: which schemes a server offers, and with what parameters. */

/** One challenge of a server. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string
  /** By their names in lower case. */
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * Takes the value of a `WWW-Authenticate` header apart, also when several challenges, or several headers, were joined
 * by commas. What cannot be understood is left out: the header comes from an untrusted side.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  // Either `name = value`, with a token or a quoted string, or a word alone: a scheme, or a token68 after one.
  const piece = /([!#$%&'*+.^`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))|([!#$%&'*+.^`|~\w-]+)/gs
  for (const [, name, quoted, bare, word] of header.matchAll(piece)) {
    if (word !== undefined) challenges.push({ scheme: word.toLowerCase(), parameters: new Map() })
    else if (name !== undefined) {
      challenges.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/gs, '$1') ?? bare ?? '')
    }
  }
  return challenges
}
