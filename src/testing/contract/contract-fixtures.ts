/** What the cases of the store contract work with: contents that nobody has seen before, and checks that explain. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { bytesContent, checkedContent, type Content, readContent } from '../../oras/oci/content.js'
import type { Descriptor } from '../../oras/oci/descriptor.js'
import { type DigestAlgorithm, digestOf } from '../../oras/oci/digest.js'
import { buildManifest } from '../../oras/oci/manifest.js'
import type { Target } from '../../oras/store/target.js'

/** One rule, and how to find out whether a target keeps it. */
export interface ContractCheck {
  readonly name: string
  /** The member that the rule is about, where a target need not have it: without it, the rule does not apply. */
  readonly needs?: 'putTagged' | 'fetchManifest' | 'tags'
  /** @param target Has the member that the rule needs, and may lack others. */
  readonly check: (target: Required<Target>) => Promise<void>
}

const BLOB = 'application/octet-stream'

/** Makes a blob of random bytes, so that a registry that others use too has never seen it. */
export function freshContent(size: number, algorithm: DigestAlgorithm = 'sha256'): Content {
  const bytes = randomBytes(size)
  if (algorithm === 'sha256') return bytesContent(bytes, { mediaType: BLOB })
  const descriptor = { mediaType: BLOB, digest: digestOf(bytes, algorithm), size }
  return checkedContent(descriptor, () => inPieces([bytes]))
}

/** Makes a content whose bytes are not those of its descriptor. */
export function falseContent(descriptor: Descriptor, bytes: Uint8Array): Content {
  return checkedContent(descriptor, () => inPieces([bytes]))
}

/** Makes a manifest of fresh blobs, and puts the blobs: registries refuse a manifest whose blobs they do not have. */
export async function freshManifest(target: Target): Promise<Content> {
  const [config, layer] = [freshContent(20), freshContent(100)]
  await target.put(config)
  await target.put(layer)
  return buildManifest({ config, layers: [layer] })
}

/** Makes a tag that is not in use. */
export function freshTag(): string {
  return `tag-${randomBytes(8).toString('hex')}`
}

/** Yields what it is given, piece by piece, as a source of bytes does. */
async function* inPieces(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* pieces
}

/** Fails unless reading gives exactly these bytes. */
export async function expectBytes(content: Content, expected: Content, start = 0): Promise<void> {
  const pieces: Uint8Array[] = []
  for await (const piece of content.open({ start })) pieces.push(piece)
  const wanted = (await readContent(expected)).subarray(start)
  // Not a deep comparison, whose message would print megabytes.
  assert.ok(Buffer.concat(pieces).equals(wanted), `reading from byte ${start} on delivers other bytes`)
}

/** Fails unless media type, digest and size are the same. */
export function expectSame(actual: Descriptor | undefined, { mediaType, digest, size }: Descriptor): void {
  assert.ok(actual, `nothing was found where ${digest} should be`)
  assert.deepEqual(
    { mediaType: actual.mediaType, digest: actual.digest, size: actual.size },
    { mediaType, digest, size },
  )
}

/** Fails unless the promise rejects with an error of this code. */
export async function expectCode(promise: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(promise, (error: Error & { code?: unknown }) => {
    assert.equal(error.code, code, `expected ${code}, but got ${error.name}: ${error.message}`)
    return true
  })
}

/** Fails unless the call rejects with the very reason of its signal. */
export async function expectReason(call: string, promise: Promise<unknown>, reason: unknown): Promise<void> {
  const outcome = await promise.then(
    () => ({ error: 'nothing: it succeeded' as unknown }),
    (error: unknown) => ({ error }),
  )
  assert.ok(outcome.error === reason, `${call} does not reject with the reason, but with ${String(outcome.error)}`)
}
