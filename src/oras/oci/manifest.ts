/** Manifests: built from contents, and parsed from untrusted bytes. */
import { InvalidManifestError } from '../errors/oci-error.js'
import { checkJson } from './check-json.js'
import { annotationTexts, aString, type OptionCheck, type OptionChecks, readOptions } from '../errors/read-options.js'
import { expectString, isBytes, isObject, wrongArgument } from '../errors/wrong-argument.js'
import { bytesContent, type Content } from './content.js'
import { type Annotations, type Descriptor, isDescriptor } from './descriptor.js'
import { type Digest, parseDigest } from './digest.js'
import { formatGoJson, type GoJsonValue, goMap } from './go-json.js'
import { INDEX_MEDIA_TYPE, MANIFEST_MEDIA_TYPE } from './media-types.js'
import type { Turns } from '../turns.js'

/** The largest manifest that is read or written: 4 MiB, the limit of most registries. */
export const MANIFEST_LIMIT: number = 4 * 1024 * 1024

/** How many bytes of JSON count as one step of {@link Turns}, for checking and for parsing. */
const BYTES_PER_STEP = 200

/** The parts of a manifest. */
export interface ManifestParts {
  /** The config. */
  readonly config: Content | Descriptor
  /** The layers, in order. */
  readonly layers: readonly (Content | Descriptor)[]
  /**
   * The annotations of the manifest.
   *
   * @default no annotations
   */
  readonly annotations?: Annotations
  /**
   * The type of the artifact, if the config's media type does not tell it. If it is set, the manifest has a `mediaType`
   * too.
   *
   * @default the manifest has no artifact type
   */
  readonly artifactType?: string
  /**
   * The manifest that this one refers to: for a signature, the signed image. If it is set, the manifest has a `mediaType`
   * too.
   *
   * @default the manifest has no subject
   */
  readonly subject?: Descriptor
}

const aPart: OptionCheck = (value, what) => {
  const isRight = isObject(value) && isDescriptor(value['descriptor'] ?? value)
  if (!isRight) throw wrongArgument(what, 'a content or a descriptor', value)
}

/** `format` is allowed because `layerizeChart()` returns it with the parts. */
function partChecks(): OptionChecks<ManifestParts & { readonly format?: unknown }> {
  return {
    config: aPart,
    layers: () => {},
    annotations: annotationTexts,
    artifactType: aString,
    subject: aPart,
    format: () => {},
  }
}

/**
 * Builds an image manifest. The same parts always give the same bytes: no time is written, and the JSON has the form that
 * Go programs write.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
 * @example
 * ```ts
 * import { buildManifest, bytesContent } from 'oras-helm/oras'
 *
 * const config = bytesContent(new TextEncoder().encode('{}'), { mediaType: 'application/vnd.oci.image.config.v1+json' })
 * const manifest = buildManifest({ config, layers: [], annotations: { 'org.opencontainers.image.title': 'nothing' } })
 * console.log(manifest.descriptor.digest)
 * ```
 */
export function buildManifest(parts: ManifestParts): Content {
  const { config, layers, annotations, artifactType, subject } = readOptions<ManifestParts>(
    parts,
    partChecks(),
    'the argument parts',
  )
  aPart(config, 'parts.config')
  if (!Array.isArray(layers)) throw wrongArgument('parts.layers', 'a list of contents or descriptors', layers)
  for (const layer of layers) aPart(layer, 'an item of parts.layers')
  const json = formatGoJson({
    schemaVersion: 2,
    // `helm push` writes no mediaType. Manifests with members of image-spec 1.1 have one, as those of other clients.
    mediaType: artifactType || subject ? MANIFEST_MEDIA_TYPE : undefined,
    artifactType: artifactType || undefined,
    config: goDescriptor(config),
    layers: layers.map(goDescriptor),
    subject: subject && goDescriptor(subject),
    annotations: goMap(annotations),
  })
  return bytesContent(Buffer.from(json), { mediaType: MANIFEST_MEDIA_TYPE })
}

function goDescriptor(part: Content | Descriptor): GoJsonValue {
  const { mediaType, digest, size, annotations, artifactType } = 'descriptor' in part ? part.descriptor : part
  return { mediaType, digest, size, annotations: goMap(annotations), artifactType: artifactType || undefined }
}

/** A manifest or an image index, parsed. */
export interface Manifest {
  /** The config; `undefined` for an image index. */
  readonly config: Descriptor | undefined
  /** The layers, in order; empty for an image index. */
  readonly layers: readonly Descriptor[]
  /** The entries of an image index; empty for a manifest. */
  readonly manifests: readonly Descriptor[]
  /** The annotations; empty if the manifest has no annotations. */
  readonly annotations: Annotations
  /** The type of the artifact, if the manifest names one. */
  readonly artifactType?: string
  /** The manifest that this one refers to, if it names one. */
  readonly subject?: Descriptor
}

/**
 * Parses the bytes of a manifest or an image index.
 *
 * @param mediaType The media type in the descriptor: the bytes must not contradict it (CVE-2021-41190).
 * @throws {InvalidManifestError} if the bytes are not a JSON object, if members have the wrong type, or if they claim to
 * be a manifest and an index at once.
 * @throws {LimitExceededError} if there are so many values that parsing would take long.
 * @example
 * ```ts
 * import { parseManifest, readContent, Repository } from 'oras-helm/oras'
 *
 * const content = await new Repository('localhost:5000/mychart').fetchManifest('0.1.0')
 * if (content) {
 *   const { layers } = parseManifest(await readContent(content), content.descriptor.mediaType)
 *   for (const { digest, mediaType } of layers) console.log(digest, mediaType)
 * }
 * ```
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): Manifest {
  if (!isBytes(bytes)) throw wrongArgument('the argument bytes', 'a Uint8Array', bytes)
  expectString('mediaType', 'the media type of the descriptor', mediaType)
  const steps = parseStepwise(bytes, mediaType)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** Parses a manifest as {@link parseManifest} does, with turns of the event loop: 4 MiB take a tenth of a second. */
export async function parseManifestInTurns(bytes: Uint8Array, mediaType: string, turns: Turns): Promise<Manifest> {
  const steps = parseStepwise(bytes, mediaType)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    const turn = turns.take(value)
    if (turn) await turn
  }
}

/** Parses in steps; yields how many steps of {@link Turns} were done, or come next at once. */
function* parseStepwise(bytes: Uint8Array, mediaType: string): Generator<number, Manifest, void> {
  checkJson(bytes, 'Cannot read manifest')
  yield bytes.length / BYTES_PER_STEP
  const json = parseObject(bytes)
  yield bytes.length / BYTES_PER_STEP
  const isIndex = Array.isArray(json['manifests'])
  if (isIndex && (json['config'] !== undefined || json['layers'] !== undefined)) {
    throw invalid('it is an index and a manifest at once')
  }
  const { mediaType: own } = json
  if (own !== undefined && own !== mediaType) {
    const named = typeof own === 'string' ? `"${own}"` : 'what is no text'
    throw invalid(`it calls itself ${named}, but was announced as "${mediaType}"`)
  }
  if (isIndex !== (mediaType === INDEX_MEDIA_TYPE || mediaType.endsWith('.manifest.list.v2+json'))) {
    throw invalid(`its members are not those of "${mediaType}"`)
  }
  const { artifactType, subject } = json
  return {
    config: isIndex ? undefined : parseDescriptor(json['config']),
    layers: yield* parseList(json['layers']),
    manifests: yield* parseList(json['manifests']),
    annotations: parseAnnotations(json['annotations']),
    ...(typeof artifactType === 'string' && { artifactType }),
    ...(typeof subject === 'object' && subject !== null && { subject: parseDescriptor(subject) }),
  }
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw invalid('it is not JSON', cause)
  }
  return asObject(json, 'it is not an object')
}

function* parseList(value: unknown): Generator<number, readonly Descriptor[], void> {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw invalid('a list of descriptors is not a list')
  const descriptors: Descriptor[] = []
  for (const each of value as readonly unknown[]) {
    descriptors.push(parseDescriptor(each))
    yield 1
  }
  return descriptors
}

function parseDescriptor(value: unknown): Descriptor {
  const { mediaType, digest, size, annotations, artifactType } = asObject(value, 'a descriptor is missing')
  if (typeof mediaType !== 'string' || typeof digest !== 'string') throw invalid('a descriptor has no type or digest')
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw invalid('a descriptor has no valid size')
  return {
    mediaType,
    digest: parseDescriptorDigest(digest),
    size,
    ...(annotations !== undefined && { annotations: parseAnnotations(annotations) }),
    ...(typeof artifactType === 'string' && { artifactType }),
  }
}

function parseDescriptorDigest(text: string): Digest {
  try {
    return parseDigest(text)
  } catch (cause) {
    throw invalid('a descriptor has no valid digest', cause)
  }
}

function parseAnnotations(value: unknown): Annotations {
  if (value === undefined || value === null) return {}
  const annotations = asObject(value, 'annotations are not an object')
  if (Object.values(annotations).some((text) => typeof text !== 'string')) throw invalid('an annotation is not text')
  return annotations as Annotations
}

function asObject(value: unknown, otherwise: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(otherwise)
  return value as Readonly<Record<string, unknown>>
}

function invalid(reason: string, cause?: unknown): InvalidManifestError {
  return new InvalidManifestError(`Cannot read manifest: ${reason}`, {
    cause,
    hint: 'It does not follow the OCI image specification. Push the artifact again with another client.',
  })
}
