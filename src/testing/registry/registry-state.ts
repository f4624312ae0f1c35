/** The state of the embedded registry: repositories with their blobs, manifests, tags and upload sessions. */
import { randomUUID } from 'node:crypto'
import type { Descriptor } from '../../oras/oci/descriptor.js'
import type { Digest, DigestAlgorithm } from '../../oras/oci/digest.js'
import type { Referrer } from './referrer.js'
import type { StoredBytes } from './stored-bytes.js'
import { UploadSession } from './upload-session.js'

/** A manifest in one repository. */
export interface StoredManifest {
  readonly digest: Digest
  readonly mediaType: string
  readonly bytes: StoredBytes
  /** `undefined` for a manifest without a subject. */
  readonly referrer: Referrer | undefined
}

interface StoredRepository {
  readonly blobs: Set<Digest>
  readonly manifests: Map<Digest, Omit<StoredManifest, 'bytes'>>
  readonly tags: Map<string, Digest>
}

/** Keeps every content once, and what each repository holds of it. It is independent of HTTP. */
export class RegistryState {
  readonly #contents = new Map<Digest, StoredBytes>()
  readonly #repositories = new Map<string, StoredRepository>()
  readonly #sessions = new Map<string, UploadSession>()

  get openSessions(): number {
    return this.#sessions.size
  }

  repositories(): readonly string[] {
    return [...this.#repositories.keys()].toSorted()
  }

  hasRepository(name: string): boolean {
    return this.#repositories.has(name)
  }

  blobs(repository: string): readonly Digest[] {
    return [...(this.#repositories.get(repository)?.blobs ?? [])].toSorted()
  }

  manifests(repository: string): readonly Digest[] {
    return [...(this.#repositories.get(repository)?.manifests.keys() ?? [])].toSorted()
  }

  /** Lists the tags with their digests, sorted by tag. */
  tags(repository: string): readonly (readonly [tag: string, digest: Digest])[] {
    const tags = [...(this.#repositories.get(repository)?.tags ?? [])]
    return tags.toSorted(([one], [other]) => (one < other ? -1 : 1))
  }

  findBlob(repository: string, digest: Digest): StoredBytes | undefined {
    return this.#repositories.get(repository)?.blobs.has(digest) ? this.#contents.get(digest) : undefined
  }

  /** Finds a blob in any repository. */
  findBlobAnywhere(digest: Digest): StoredBytes | undefined {
    return this.repositories()
      .map((repository) => this.findBlob(repository, digest))
      .find((bytes) => bytes !== undefined)
  }

  addBlob(repository: string, digest: Digest, bytes: StoredBytes): void {
    this.#keep(digest, bytes)
    this.#open(repository).blobs.add(digest)
  }

  removeBlob(repository: string, digest: Digest): boolean {
    const removed = this.#repositories.get(repository)?.blobs.delete(digest) ?? false
    this.#forgetUnused(digest)
    return removed
  }

  findManifest(repository: string, reference: Digest | string): StoredManifest | undefined {
    const held = this.#repositories.get(repository)
    const digest = held?.tags.get(reference) ?? (reference as Digest)
    const manifest = held?.manifests.get(digest)
    const bytes = this.#contents.get(digest)
    return manifest && bytes && { ...manifest, bytes }
  }

  addManifest(repository: string, { bytes, ...manifest }: StoredManifest, tags: readonly string[]): void {
    const { digest } = manifest
    this.#keep(digest, bytes)
    const held = this.#open(repository)
    held.manifests.set(digest, manifest)
    for (const tag of tags) held.tags.set(tag, digest)
  }

  /** Lists the manifests with this subject, in the order of their push. The subject itself may be missing. */
  referrers(repository: string, subject: Digest): readonly Descriptor[] {
    const manifests = [...(this.#repositories.get(repository)?.manifests.values() ?? [])]
    return manifests.flatMap(({ referrer }) => (referrer?.subject === subject ? referrer.descriptor : []))
  }

  /** Removes a manifest and all tags that point to it. */
  removeManifest(repository: string, digest: Digest): boolean {
    const held = this.#repositories.get(repository)
    if (!held?.manifests.delete(digest)) return false
    for (const [tag, target] of held.tags) if (target === digest) held.tags.delete(tag)
    this.#forgetUnused(digest)
    return true
  }

  removeTag(repository: string, tag: string): boolean {
    return this.#repositories.get(repository)?.tags.delete(tag) ?? false
  }

  openSession(repository: string, algorithm: DigestAlgorithm): UploadSession {
    const session = new UploadSession(randomUUID(), repository, algorithm)
    this.#sessions.set(session.id, session)
    return session
  }

  findSession(repository: string, id: string): UploadSession | undefined {
    const session = this.#sessions.get(id)
    return session?.repository === repository ? session : undefined
  }

  closeSession(session: UploadSession): void {
    this.#sessions.delete(session.id)
  }

  #open(name: string): StoredRepository {
    const held = this.#repositories.get(name) ?? { blobs: new Set(), manifests: new Map(), tags: new Map() }
    this.#repositories.set(name, held)
    return held
  }

  #keep(digest: Digest, bytes: StoredBytes): void {
    if (!this.#contents.has(digest)) this.#contents.set(digest, bytes)
  }

  #forgetUnused(digest: Digest): void {
    for (const { blobs, manifests } of this.#repositories.values()) {
      if (blobs.has(digest) || manifests.has(digest)) return
    }
    this.#contents.delete(digest)
  }
}
