/** A repository in a registry, as a target: everything that a copy needs, over HTTP. */
import { InvalidReferenceError, NotFoundError } from '../errors/oci-error.js'
import { eachWithoutSecrets, ownSecrets, redactorOf, withoutSecrets } from '../errors/redact-error.js'
import { oneOf, type OptionChecks, readOptions, strings } from '../errors/read-options.js'
import { isObject, wrongArgument } from '../errors/wrong-argument.js'
import { checkedContent, type Content, expectContent } from '../oci/content.js'
import { type Descriptor, expectDescriptor } from '../oci/descriptor.js'
import { parseDigest } from '../oci/digest.js'
import { isManifest } from '../oci/media-types.js'
import {
  expectReference,
  expectReferenceParts,
  parseReference,
  parseRepository,
  parseTag,
  type Reference,
} from '../oci/reference.js'
import { putChecks, type PutOptions, signalChecks, type SignalOptions, type Target } from '../store/target.js'
import { hasBlob, readBlob } from './blob-requests.js'
import { connectionChecks, connectionOptions, type ConnectionOptions } from './connection/connection-options.js'
import { listTags } from './list-tags.js'
import { getManifest, headManifest, putManifest, readManifest } from './manifest-requests.js'
import { RegistryClient } from './connection/registry-client.js'
import type { RequestOptions } from './connection/endpoint.js'
import { repositoryScope } from './auth/scopes.js'
import { uploadBlob } from './upload/upload-blob.js'

/** How to reach a repository, and what for. */
export interface RepositoryOptions extends ConnectionOptions {
  /**
   * What the first token is asked for, where the registry wants tokens: `push` saves a second one when something will
   * be put. Default: `pull`.
   */
  readonly access?: 'pull' | 'push' | undefined
}

function repositoryChecks(): OptionChecks<RepositoryOptions> {
  return { ...connectionChecks(), access: oneOf('pull', 'push') }
}

/**
 * A repository in a registry. Nothing is sent before a method is called; a kept `Repository` keeps its login.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 * @example
 * ```ts
 * import { Repository } from 'oras-helm/oras'
 *
 * const repository = new Repository('localhost:5000/app')
 * console.log(await repository.resolve('latest')) // { mediaType, digest, size }, or undefined
 * ```
 */
export class Repository implements Target {
  readonly #client: RegistryClient
  readonly #registry: string
  readonly #access: 'pull' | 'push'
  // Set once the registry has declined to mount a blob that it had: from then on a HEAD before each upload is cheaper.
  #asksFirst = false
  readonly #redact: (text: string) => string

  /**
   * @param reference A tag or a digest in it plays no part.
   * @throws {InvalidReferenceError} if the reference is not valid, or names no repository.
   * @throws {TypeError} if an argument or an option is of the wrong type, or an option is not known.
   */
  constructor(reference: string | Reference, options: RepositoryOptions = {}) {
    if (isObject(reference) && 'registry' in reference) expectReferenceParts(reference)
    else expectReference(reference)
    const { access = 'pull', ...given } = readOptions(options, repositoryChecks())
    const connection = connectionOptions(given)
    const { registry, repository } = typeof reference === 'string' ? parseReference(reference) : reference
    if (repository === '') {
      throw new InvalidReferenceError(`Cannot open "${registry}": there is no repository`, {
        input: registry,
        part: registry,
        hint: 'Name the repository after the registry: localhost:5000/app.',
      })
    }
    // A Reference can be written by hand, so its parts are checked once more before they go into a URL.
    if (/[:@]/.test(repository) && !registry.includes('@')) {
      throw new InvalidReferenceError(
        `Cannot open "${registry}/${repository}": its parts are not a registry and a repository`,
        {
          input: `${registry}/${repository}`,
          part: repository,
          hint: 'Take the reference from parseReference(), which tells its parts.',
        },
      )
    }
    parseRepository(registry, repository)
    // What a mirror has says nothing about what the registry has that is pushed to.
    const mirrors = access === 'push' ? [] : connection.mirrors
    this.#client = new RegistryClient(registry, repository, { ...connection, mirrors })
    ownSecrets(this, this.#client.secrets)
    this.#redact = redactorOf(this)
    this.#registry = registry
    this.#access = access
  }

  async has(descriptor: Descriptor, options: SignalOptions = {}): Promise<boolean> {
    expectDescriptor(descriptor)
    if (isManifest(descriptor)) return (await this.resolve(descriptor.digest, options)) !== undefined
    return this.#quietly(() => hasBlob(this.#client, descriptor, this.#request('pull', options)))
  }

  /** Makes a content of what is kept. A blob whose connection breaks while it is read is gone on with. */
  get(descriptor: Descriptor): Content {
    expectDescriptor(descriptor)
    const read = isManifest(descriptor) ? readManifest : readBlob
    return checkedContent(descriptor, (signal, preview) =>
      eachWithoutSecrets(
        this.#redact,
        read(this.#client, descriptor, { ...this.#request('pull', { signal }), preview }),
      ),
    )
  }

  async put(content: Content, options: PutOptions = {}): Promise<'stored' | 'exists'> {
    expectContent(content)
    const { mountFrom, signal } = readOptions(options, putChecks())
    return this.#quietly(() => this.#put(content, mountFrom, { signal }))
  }

  async #put(content: Content, from: PutOptions['mountFrom'], options: SignalOptions): Promise<'stored' | 'exists'> {
    const request = this.#request('push', options)
    request.signal?.throwIfAborted()
    if (isManifest(content.descriptor)) {
      if (await headManifest(this.#client, content.descriptor.digest, request)) return 'exists'
      await putManifest(this.#client, content, content.descriptor.digest, request)
      return 'stored'
    }
    const mountFrom = this.#mountFrom(from)
    const result = await uploadBlob(this.#client, content, { ...request, mountFrom })
    if (result === 'unmounted' && mountFrom.includes(this.#client.repository)) this.#asksFirst = true
    return result === 'stored' ? 'stored' : 'exists'
  }

  async resolve(tagOrDigest: string, options: SignalOptions = {}): Promise<Descriptor | undefined> {
    const name = this.#check(tagOrDigest)
    return this.#quietly(() => headManifest(this.#client, name, this.#request('pull', options)))
  }

  async tag(descriptor: Descriptor, tag: string, options: SignalOptions = {}): Promise<void> {
    expectDescriptor(descriptor)
    const name = this.#check(tag)
    const request = this.#request('push', options)
    await this.#quietly(async () => {
      const manifest = await getManifest(this.#client, this.#check(descriptor.digest), request)
      if (!manifest) {
        throw new NotFoundError(`Cannot tag ${descriptor.digest} as "${tag}": ${this.#client.name} does not have it`, {
          hint: 'Put the manifest into the repository first.',
        })
      }
      await putManifest(this.#client, manifest, name, request)
    })
  }

  /**
   * Puts a manifest under each tag: the first one alone, so that a refusal leaves nothing, then the others. Without tags
   * it is put under its digest.
   */
  async putTagged(manifest: Content, tags: readonly string[], options: SignalOptions = {}): Promise<void> {
    expectContent(manifest, 'manifest')
    strings(tags, 'the argument tags')
    const names = tags.length > 0 ? tags : [manifest.descriptor.digest]
    const checked = names.map((each) => this.#check(each))
    await this.#quietly(async () => {
      for (const tag of checked) await putManifest(this.#client, manifest, tag, this.#request('push', options))
    })
  }

  /** @throws {LimitExceededError} if the manifest is larger than 4 MiB. */
  async fetchManifest(tagOrDigest: string, options: SignalOptions = {}): Promise<Content | undefined> {
    const name = this.#check(tagOrDigest)
    return this.#quietly(() => getManifest(this.#client, name, this.#request('pull', options)))
  }

  /**
   * Lists the tags, page by page as they are asked for; nothing is sent before the first one is.
   *
   * @throws {NotFoundError} if the registry has no such repository.
   * @throws {LimitExceededError} if there are more than 1000 pages, a million tags, or 4 MiB in one page.
   */
  tags(options: SignalOptions = {}): AsyncIterable<string> {
    return eachWithoutSecrets(this.#redact, listTags(this.#client, this.#request('pull', options)))
  }

  /** What goes wrong is told without secrets. */
  async #quietly<T>(work: () => Promise<T>): Promise<T> {
    return withoutSecrets(this.#redact, work)
  }

  /** The scopes of a request, as the token specification spells them: never less than the first token was for. */
  #request(needs: 'pull' | 'push', options: SignalOptions): RequestOptions {
    const access = needs === 'push' ? needs : this.#access
    const { signal } = readOptions(options, signalChecks())
    return { scopes: [repositoryScope(this.#client.repository, access)], signal }
  }

  #mountFrom(mountFrom: PutOptions['mountFrom']): readonly string[] {
    if (mountFrom === false) return []
    if (mountFrom && mountFrom.length > 0) return mountFrom.map((from) => this.#checkRepository(from))
    return this.#asksFirst ? [] : [this.#client.repository]
  }

  #checkRepository(repository: string): string {
    return this.#client.qualify(parseRepository(this.#registry, repository))
  }

  /** Checks a tag or a digest by the grammar, so that it cannot be anything else in a URL. */
  #check(tagOrDigest: string): string {
    if (typeof tagOrDigest !== 'string') {
      throw wrongArgument('the argument tagOrDigest', 'a tag or a digest, as a string', tagOrDigest)
    }
    return tagOrDigest.includes(':')
      ? parseDigest(tagOrDigest)
      : parseTag(tagOrDigest, `${this.#client.name}:${tagOrDigest}`)
  }
}
