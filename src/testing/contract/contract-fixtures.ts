/** Fixtures of the store contract: random contents and tags, and assertions with clear messages. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { bytesContent, checkedContent, type Content, readContent } from '../../oras/oci/content.js'
import type { Descriptor } from '../../oras/oci/descriptor.js'
import { type DigestAlgorithm, digestOf } from '../../oras/oci/digest.js'
import { buildManifest } from '../../oras/oci/manifest.js'
import type { Target } from '../../oras/store/target.js'

/** One rule for targets, and its test. */
export interface ContractCheck {
  /** The rule in plain words. */
  readonly name: string
  /** The optional member that the rule is about. The rule does not apply to a target without it. */
  readonly needs?: 'putTagged' | 'fetchManifest' | 'tags'
  /** @param target Has the member that `needs` names, but not always the other optional members. */
  readonly check: (target: Required<Target>) => Promise<void>
}

const BLOB = 'application/octet-stream'

/** Makes a blob of random bytes, so that no registry has it already. */
export function freshContent(size: number, algorithm: DigestAlgorithm = 'sha256'): Content {
  const bytes = randomBytes(size)
  if (algorithm === 'sha256') return bytesContent(bytes, { mediaType: BLOB })
  const descriptor = { mediaType: BLOB, digest: digestOf(bytes, algorithm), size }
  return checkedContent(descriptor, () => inPieces([bytes]))
}

/** Makes a content whose bytes do not match its descriptor. */
export function mismatchedContent(descriptor: Descriptor, bytes: Uint8Array): Content {
  return checkedContent(descriptor, () => inPieces([bytes]))
}

/** Makes a manifest with new blobs, and puts the blobs: registries refuse a manifest whose blobs are missing. */
export async function freshManifest(target: Target): Promise<Content> {
  const [config, layer] = [freshContent(20), freshContent(100)]
  await target.put(config)
  await target.put(layer)
  return buildManifest({ config, layers: [layer] })
}

/** Makes a random tag, so that no registry has it already. */
export function freshTag(): string {
  return `tag-${randomBytes(8).toString('hex')}`
}

/** Yields the pieces as a stream does. */
async function* inPieces(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* pieces
}

/** Fails unless the content delivers the expected bytes, from `start` on. */
export async function expectBytes(content: Content, expected: Content, start = 0): Promise<void> {
  const pieces: Uint8Array[] = []
  for await (const piece of content.open({ start })) pieces.push(piece)
  const wanted = (await readContent(expected)).subarray(start)
  // A deep comparison would print megabytes in its message.
  assert.ok(Buffer.concat(pieces).equals(wanted), `reading from byte ${start} on delivers other bytes`)
}

/** Fails unless both descriptors have the same media type, digest and size. */
export function expectSame(actual: Descriptor | undefined, { mediaType, digest, size }: Descriptor): void {
  assert.ok(actual, `nothing was found where ${digest} should be`)
  assert.deepEqual(
    { mediaType: actual.mediaType, digest: actual.digest, size: actual.size },
    { mediaType, digest, size },
  )
}

/** Fails unless the promise rejects with an error that has this code. */
export async function expectCode(promise: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(promise, (error: Error & { code?: unknown }) => {
    assert.equal(error.code, code, `expected ${code}, but got ${error.name}: ${error.message}`)
    return true
  })
}

/** Fails unless the promise rejects with the same object as `reason`. */
export async function expectReason(call: string, promise: Promise<unknown>, reason: unknown): Promise<void> {
  const outcome = await promise.then(
    () => ({ error: 'nothing: it succeeded' as unknown }),
    (error: unknown) => ({ error }),
  )
  assert.ok(outcome.error === reason, `${call} does not reject with the reason, but with ${String(outcome.error)}`)
}
