/** A repository in a registry, as a target of a copy. */
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

/** How to connect to a repository, and with which access. */
export interface RepositoryOptions extends ConnectionOptions {
  /**
   * The access that the first token is requested with. Choose `push` if something will be put: it saves a second token.
   * With `push`, mirrors are not used.
   *
   * @default `'pull'`
   */
  readonly access?: 'pull' | 'push' | undefined
}

function repositoryChecks(): OptionChecks<RepositoryOptions> {
  return { ...connectionChecks(), access: oneOf('pull', 'push') }
}

/**
 * A repository in a registry. Nothing is sent before a method is called. Use one `Repository` for several calls: it keeps
 * its token.
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
  // Set once the registry has declined to mount a blob that it has: from then on a HEAD before each upload is cheaper.
  #checksBeforeUpload = false
  readonly #redact: (text: string) => string

  /**
   * @param reference Names the repository; a tag or a digest in it is ignored.
   * @throws {InvalidReferenceError} if it is not a reference, or names no repository.
   * @throws {TypeError} if an argument or an option has a wrong type, or an option is unknown.
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
    // A Reference object may not come from parseReference, so its parts are checked before they are used in a URL.
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
    // A push has to know what the registry itself has, not what a mirror has.
    const mirrors = access === 'push' ? [] : connection.mirrors
    this.#client = new RegistryClient(registry, repository, { ...connection, mirrors })
    ownSecrets(this, this.#client.secrets)
    this.#redact = redactorOf(this)
    this.#registry = registry
    this.#access = access
  }

  /** Tells whether the repository has a manifest or a blob. */
  async has(descriptor: Descriptor, options: SignalOptions = {}): Promise<boolean> {
    expectDescriptor(descriptor)
    if (isManifest(descriptor)) return (await this.resolve(descriptor.digest, options)) !== undefined
    return this.#redacted(() => hasBlob(this.#client, descriptor, this.#request('pull', options)))
  }

  /** Returns a content of the repository; nothing is sent before it is read. If the connection breaks, a blob resumes. */
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

  /**
   * Puts a manifest under its digest, or a blob.
   *
   * @returns `exists` if the repository had it, or could mount it: then its bytes were not sent.
   */
  async put(content: Content, options: PutOptions = {}): Promise<'stored' | 'exists'> {
    expectContent(content)
    const { mountFrom, signal } = readOptions(options, putChecks())
    return this.#redacted(() => this.#put(content, mountFrom, { signal }))
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
    if (result === 'unmounted' && mountFrom.includes(this.#client.repository)) this.#checksBeforeUpload = true
    return result === 'stored' ? 'stored' : 'exists'
  }

  /** Finds the descriptor of a tag or a digest; `undefined` if there is no such manifest. */
  async resolve(tagOrDigest: string, options: SignalOptions = {}): Promise<Descriptor | undefined> {
    const name = this.#check(tagOrDigest)
    return this.#redacted(() => headManifest(this.#client, name, this.#request('pull', options)))
  }

  /**
   * Tags a manifest that the repository has; the tag may be in use.
   *
   * @throws {NotFoundError} if the repository does not have the manifest.
   */
  async tag(descriptor: Descriptor, tag: string, options: SignalOptions = {}): Promise<void> {
    expectDescriptor(descriptor)
    const name = this.#check(tag)
    const request = this.#request('push', options)
    await this.#redacted(async () => {
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
   * Puts a manifest under each tag, one after the other: if the first tag is refused, nothing is left. Without tags it is
   * put under its digest.
   */
  async putTagged(manifest: Content, tags: readonly string[], options: SignalOptions = {}): Promise<void> {
    expectContent(manifest, 'manifest')
    strings(tags, 'the argument tags')
    const names = tags.length > 0 ? tags : [manifest.descriptor.digest]
    const checked = names.map((each) => this.#check(each))
    await this.#redacted(async () => {
      for (const tag of checked) await putManifest(this.#client, manifest, tag, this.#request('push', options))
    })
  }

  /**
   * Reads the manifest of a tag or a digest; `undefined` if there is no such manifest.
   *
   * @throws {LimitExceededError} if the manifest is larger than 4 MiB.
   */
  async fetchManifest(tagOrDigest: string, options: SignalOptions = {}): Promise<Content | undefined> {
    const name = this.#check(tagOrDigest)
    return this.#redacted(() => getManifest(this.#client, name, this.#request('pull', options)))
  }

  /**
   * Lists the tags. Each page is requested when it is needed.
   *
   * @throws {NotFoundError} if the repository does not exist.
   * @throws {LimitExceededError} if there are more than 1000 pages, a million tags, or 4 MiB in one page.
   */
  tags(options: SignalOptions = {}): AsyncIterable<string> {
    return eachWithoutSecrets(this.#redact, listTags(this.#client, this.#request('pull', options)))
  }

  /** Runs a function; its errors show no secrets. */
  async #redacted<T>(run: () => Promise<T>): Promise<T> {
    return withoutSecrets(this.#redact, run)
  }

  /** The options of a request; with `access: 'push'`, every request has the push scope, so that one token is enough. */
  #request(needs: 'pull' | 'push', options: SignalOptions): RequestOptions {
    const access = needs === 'push' ? needs : this.#access
    const { signal } = readOptions(options, signalChecks())
    return { scopes: [repositoryScope(this.#client.repository, access)], signal }
  }

  #mountFrom(mountFrom: PutOptions['mountFrom']): readonly string[] {
    if (mountFrom === false) return []
    if (mountFrom && mountFrom.length > 0) return mountFrom.map((from) => this.#checkRepository(from))
    return this.#checksBeforeUpload ? [] : [this.#client.repository]
  }

  #checkRepository(repository: string): string {
    return this.#client.qualify(parseRepository(this.#registry, repository))
  }

  /** Checks a tag or a digest, so that it is safe in a URL. */
  #check(tagOrDigest: string): string {
    if (typeof tagOrDigest !== 'string') {
      throw wrongArgument('the argument tagOrDigest', 'a tag or a digest, as a string', tagOrDigest)
    }
    return tagOrDigest.includes(':')
      ? parseDigest(tagOrDigest)
      : parseTag(tagOrDigest, `${this.#client.name}:${tagOrDigest}`)
  }
}
