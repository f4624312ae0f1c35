/** References: parses and formats the text that names a repository, and optionally a tag and a digest in it. */
import { InvalidReferenceError } from '../errors/oci-error.js'
import { expectString, isObject, wrongArgument } from '../errors/wrong-argument.js'
import { type Digest, parseDigest } from './digest.js'

/** A reference, parsed. {@link formatReference} returns the text. */
export interface Reference {
  /** `oci` if the text begins with `oci://`, as Helm's addresses do. */
  readonly scheme?: 'oci'
  /** Host and port, as they were written: `localhost:5000`, `ghcr.io`, `[::1]:5000`. */
  readonly registry: string
  /** The path in the registry; empty only for `oci://<host>`. */
  readonly repository: string
  /** The tag, if the reference has one. */
  readonly tag?: string
  /** The digest, if the reference has one. */
  readonly digest?: Digest
}

// As Helm and ORAS take them: "_" is in the names of Docker Compose's services, and a dot may end a full domain name.
const LABEL = '[a-zA-Z0-9_](?:[a-zA-Z0-9_-]*[a-zA-Z0-9_])?'
const REGISTRY = new RegExp(String.raw`^(?:${LABEL}(?:\.${LABEL})*\.?|\[[a-fA-F0-9:]+\])(?::([0-9]+))?$`)
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/
const MAX_NAME = 255
// How much of an invalid text is shown; a valid reference is shorter.
const MAX_SHOWN = 600
/** A longer text is refused at once: to find what is wrong with megabytes would take long. */
const MAX_LENGTH = 64 * 1024

/**
 * Parses a reference, by the grammar of the distribution project; the registry is required:
 *
 * ```text
 * reference  ::= [ "oci://" ] name [ ":" tag ] [ "@" digest ]
 * name       ::= registry "/" component { "/" component }     "oci://" may stand before a registry alone
 * registry   ::= ( domain | "[" IPv6 "]" ) [ ":" port ]       port 1 to 65535
 * domain     ::= label { "." label } [ "." ]                  label: [A-Za-z0-9_], "-" inside
 * component  ::= [a-z0-9]+ { ( "." | "_" | "__" | "-"+ ) [a-z0-9]+ }
 * tag        ::= [A-Za-z0-9_] [A-Za-z0-9._-]{0,127}           "+" is read as "_" after "oci://", as Helm does
 * digest     ::= "sha256:" 64 hex | "sha512:" 128 hex         lower case
 * ```
 *
 * Nothing is added: no default registry, no `library/`, no `latest`.
 *
 * @throws {InvalidReferenceError} if the text is not a reference; its `part` is the wrong part.
 * @throws {TypeError} if it is not a string.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
 * @example
 * ```ts
 * import { parseReference } from 'oras-helm/oras'
 *
 * parseReference('localhost:5000/team/app:1.2.3')
 * // { registry: 'localhost:5000', repository: 'team/app', tag: '1.2.3' }
 * ```
 */
export function parseReference(text: string): Reference {
  if (typeof text !== 'string') throw wrongArgument('the argument text', REFERENCE, text)
  refuseLogin(text)
  const refuse = createRefuse(text)
  const { scheme, registry, repository, tag, digest } = splitReference(text)
  if (scheme !== undefined && scheme !== 'oci') {
    refuse(
      `${scheme}://`,
      `the scheme "${scheme}://" is not "oci://"`,
      'Write host/repository:tag, or oci://host/path.',
    )
  }
  const isOci = scheme === 'oci'
  const checkedDigest = digest === undefined ? undefined : checkDigest(digest, refuse)
  checkRegistry(registry, refuse)
  if (repository !== undefined) checkRepository(registry, repository, refuse)
  else if (!isOci) refuse(registry, 'there is no repository', NO_REPOSITORY_HINT)
  return {
    ...(isOci && { scheme: 'oci' as const }),
    registry,
    repository: repository ?? '',
    ...(tag !== undefined && { tag: checkTag(isOci ? tag.replaceAll('+', '_') : tag, tag, refuse) }),
    ...(checkedDigest !== undefined && { digest: checkedDigest }),
  }
}

/**
 * Checks a tag and returns it: it is safe in a URL then.
 *
 * @param input The whole reference, for the message.
 * @throws {InvalidReferenceError} if the tag is invalid.
 */
export function parseTag(tag: string, input: string = tag): string {
  return checkTag(tag, tag, createRefuse(input))
}

/**
 * Checks the repository of a registry and returns it: it is safe in a URL then.
 *
 * @param input The whole reference, for the message.
 * @throws {InvalidReferenceError} if the registry or the repository is invalid, or the repository is too long.
 */
export function parseRepository(
  registry: string,
  repository: string,
  input: string = `${registry}/${repository}`,
): string {
  refuseLogin(input)
  const refuse = createRefuse(input)
  checkRegistry(registry, refuse)
  checkRepository(registry, repository, refuse)
  return repository
}

/**
 * Checks that a text is a registry alone, a host with an optional port, and returns it.
 *
 * @throws {InvalidReferenceError} if it is not.
 */
export function parseRegistry(text: string): string {
  // The text before an "@" may be a password, and tools disagree about a path in the name of a login.
  if (/[/@]/.test(text)) {
    throw new InvalidReferenceError('Cannot parse the name of a registry: it holds more than a host and a port', {
      input: text.slice(text.lastIndexOf('@') + 1),
      part: text.includes('@') ? '@' : '/',
      hint: 'Give the host alone, without a scheme, a user or a path: ghcr.io, localhost:5000.',
    })
  }
  checkRegistry(text, createRefuse(text))
  return text
}

/**
 * Parses a registry with an optional path: `ghcr.io`, `ghcr.io/acme`. The repository is empty if there is no path.
 *
 * @throws {InvalidReferenceError} if the text is something else: a tag or a digest is not allowed.
 */
export function parseNamespace(text: string): Pick<Reference, 'registry' | 'repository'> {
  const slash = text.indexOf('/')
  if (slash < 0) return { registry: parseRegistry(text), repository: '' }
  const registry = text.slice(0, slash)
  return { registry, repository: parseRepository(registry, text.slice(slash + 1)) }
}

/**
 * Checks that an argument can be a reference.
 *
 * @throws {TypeError} that names the argument.
 */
export function expectReference(reference: unknown): void {
  expectString('reference', REFERENCE, reference)
}

const REFERENCE = 'a reference such as "ghcr.io/acme/app:1.0.0", as a string'

/**
 * Checks that an argument is a {@link Reference}.
 *
 * @throws {TypeError} that names the argument.
 */
export function expectReferenceParts(reference: unknown, name: string = 'reference'): void {
  const isRight =
    isObject(reference) && typeof reference['registry'] === 'string' && typeof reference['repository'] === 'string'
  if (!isRight) throw wrongArgument(`the argument ${name}`, 'a Reference, as parseReference() gives it', reference)
}

type Refuse = (part: string, reason: string, hint: string) => never

function createRefuse(input: string): Refuse {
  const cut = (text: string): string => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text)
  const refuse: Refuse = (part, reason, hint) => {
    throw new InvalidReferenceError(`Cannot parse reference "${cut(input)}": ${cut(reason)}`, { input, part, hint })
  }
  if (input.length > MAX_LENGTH) refuse(input, `it has more than ${MAX_LENGTH} characters`, LENGTH_HINT)
  return refuse
}

/** Refuses a user name or a password before the host, with a message that does not show it. */
function refuseLogin(text: string): void {
  const login = /^(?:[^/@]*:\/\/)?[^/@]*@(?=[^/]*\/)/.exec(text)?.[0]
  if (login === undefined) return
  throw new InvalidReferenceError('Cannot parse reference: it holds a user or a password before the host', {
    input: text.slice(login.length),
    part: '@',
    hint: 'Begin with the host, and give user and password in the option credentials.',
  })
}

/** Splits the text at its separators, without checking the parts; it always matches. */
function splitReference(text: string): Record<string, string | undefined> & { readonly registry: string } {
  const shape =
    /^(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):\/\/)?(?<registry>[^/@]*)(?:\/(?<repository>[^@]*?)(?::(?<tag>[^/@:]*))?)?(?:@(?<digest>.*))?$/s
  return { registry: '', ...shape.exec(text)?.groups }
}

function checkDigest(text: string, refuse: Refuse): Digest {
  try {
    return parseDigest(text)
  } catch {
    return refuse(text, `the digest "${text}" is neither sha256 nor sha512 in lower-case hex`, DIGEST_HINT)
  }
}

function checkRegistry(registry: string, refuse: Refuse): void {
  const match = REGISTRY.exec(registry)
  // The pattern allows [::::] and 1.2.3.400, which are invalid in a URL, and any number as a port.
  const port = match?.[1]
  if (match && port !== undefined && !(Number(port) >= 1 && Number(port) <= 65535)) {
    refuse(port, `the port "${port}" is not between 1 and 65535`, PORT_HINT)
  }
  if (!match || !URL.canParse(`http://${registry}`)) {
    refuse(registry, `"${registry}" is not a registry's host`, REGISTRY_HINT)
  }
}

function checkRepository(registry: string, repository: string, refuse: Refuse): void {
  if (repository === '') refuse(`${registry}/`, 'there is no repository', NO_REPOSITORY_HINT)
  for (const component of repository.split('/')) {
    if (PATH_COMPONENT.test(component)) continue
    if (component === '') refuse('/', `there is a "/" too many in "${repository}"`, SLASH_HINT)
    if (PATH_COMPONENT.test(component.toLowerCase())) {
      refuse(component, `the repository has upper case in "${component}"`, CASE_HINT)
    }
    refuse(component, `"${component}" cannot be part of a repository`, REPOSITORY_HINT)
  }
  // As in the distribution project, the registry does not count.
  if (repository.length > MAX_NAME) {
    refuse(repository, `the repository is longer than ${MAX_NAME} characters`, LENGTH_HINT)
  }
}

function checkTag(tag: string, given: string, refuse: Refuse): string {
  if (TAG.test(tag)) return tag
  return refuse(given, `the tag "${given}" is not valid`, tag.includes('+') ? PLUS_HINT : TAG_HINT)
}

const NO_REPOSITORY_HINT = 'Name the repository after the registry: localhost:5000/app.'
const PORT_HINT = 'Give the port as a number from 1 to 65535, or leave it out: localhost:5000.'
const CASE_HINT = 'Write the repository in lower case.'
const REGISTRY_HINT =
  'A reference begins with the host of the registry, with its port if it has one: ghcr.io, localhost:5000.'
const REPOSITORY_HINT =
  'A repository has lower-case letters, digits, and single ".", "_", "__" or dashes between them; parts are separated by "/".'
const SLASH_HINT = 'Write one "/" between the parts of the repository, and none at its end.'
const LENGTH_HINT = 'A repository has up to 255 characters, without the registry, and a tag has up to 128.'
const TAG_HINT = 'A tag has up to 128 letters, digits, "_", "." and "-", and begins with a letter, a digit or "_".'
const PLUS_HINT =
  'A tag cannot hold "+": write "_" in its place, as Helm does. Only the tag of an oci:// reference may be written with "+".'
const DIGEST_HINT = 'After "@" comes "sha256:" and 64, or "sha512:" and 128 lower-case hexadecimal characters.'

/**
 * Formats a reference as text; {@link parseReference} parses it.
 *
 * @example
 * ```ts
 * import { formatReference } from 'oras-helm/oras'
 *
 * formatReference({ registry: 'localhost:5000', repository: 'app', tag: 'latest' }) // localhost:5000/app:latest
 * ```
 */
export function formatReference(reference: Reference): string {
  expectReferenceParts(reference)
  const { scheme, registry, repository, tag, digest } = reference
  return [
    scheme ? `${scheme}://` : '',
    registry,
    repository === '' ? '' : `/${repository}`,
    tag === undefined ? '' : `:${tag}`,
    digest === undefined ? '' : `@${digest}`,
  ].join('')
}
