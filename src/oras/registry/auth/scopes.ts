/** The scopes of tokens: parsed, merged and compared. */

const MAX_SCOPES = 10
const MAX_LENGTH = 512

/** A scope, parsed: `repository:<name>:<action>,<action>`. The name may hold colons, before a port. */
interface Scope {
  /** `repository:<name>` */
  readonly resource: string
  readonly actions: readonly string[]
}

/** Returns the scope of a repository, as in the token specification. */
export function repositoryScope(repository: string, access: 'pull' | 'push'): string {
  return `repository:${repository}:${access === 'push' ? 'pull,push' : 'pull'}`
}

/** Tells whether one of the scopes allows a push. */
export function allowsPush(scopes: readonly string[]): boolean {
  return scopes.some((scope) => parseScope(scope)?.actions.includes('push') === true)
}

/**
 * Parses the scopes of a challenge, up to a limit. The scope `*`, which some registries send for "whatever you need", is
 * left out.
 */
export function parseScopes(text: string): readonly string[] {
  const scopes = text.split(' ').filter((scope) => /^[\x21-\x7e]+$/.test(scope) && scope.length <= MAX_LENGTH)
  return scopes.filter((scope) => scope !== '*').slice(0, MAX_SCOPES)
}

/** Tells whether a scope is a word of the registry's own, such as Amazon's `aws`: it is requested as it is. */
export function isOpaque(scope: string): boolean {
  return parseScope(scope) === undefined
}

/** Merges scopes of the same resource. The order of the resources stays: some token servers read only the first. */
export function mergeScopes(scopes: readonly string[]): readonly string[] {
  const merged = new Map<string, Set<string>>()
  for (const scope of scopes) {
    const { resource, actions } = parseScope(scope) ?? { resource: scope, actions: [] }
    const all = merged.get(resource) ?? new Set()
    for (const action of actions) all.add(action)
    merged.set(resource, all)
  }
  return [...merged].map(([resource, actions]) =>
    actions.size === 0 ? resource : `${resource}:${[...actions].join(',')}`,
  )
}

/** Lists the wanted scopes that the requested ones do not cover. */
export function missingScopes(wanted: readonly string[], asked: readonly string[]): readonly string[] {
  const covered = mergeScopes(asked)
  return wanted.filter((scope) => !isCovered(scope, covered))
}

function isCovered(scope: string, asked: readonly string[]): boolean {
  const wanted = parseScope(scope)
  if (!wanted) return asked.includes(scope)
  const { actions = [] } = asked.map(parseScope).find((each) => each?.resource === wanted.resource) ?? {}
  return actions.includes('*') || wanted.actions.every((action) => actions.includes(action))
}

function parseScope(scope: string): Scope | undefined {
  const [, resource, actions] = /^([^:]+:.+):([^:]+)$/.exec(scope) ?? []
  const named = actions?.split(',').filter((action) => action !== '') ?? []
  // Commas alone are not actions.
  return resource === undefined || named.length === 0 ? undefined : { resource, actions: named }
}
