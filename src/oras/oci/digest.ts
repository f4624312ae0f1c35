/** Digests: parsed from text, or computed from bytes. */
import { createHash } from 'node:crypto'
import { InvalidReferenceError } from '../errors/oci-error.js'
import { isBytes, wrongArgument } from '../errors/wrong-argument.js'

declare const digestBrand: unique symbol

/**
 * The digest of bytes: `sha256:` and 64, or `sha512:` and 128 lower-case hexadecimal characters. Only
 * {@link parseDigest}, {@link digestOf} and a {@link Digester} make one, so a `Digest` is safe in a URL or a file name.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
 */
export type Digest = string & { readonly [digestBrand]: true }

/** The algorithms that the library computes and checks. */
export type DigestAlgorithm = 'sha256' | 'sha512'

const GRAMMAR = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/

/**
 * Parses a digest.
 *
 * @throws {InvalidReferenceError} if the text is not a sha256 or sha512 digest.
 * @example
 * ```ts
 * import { parseDigest } from 'oras-helm/oras'
 *
 * parseDigest('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a')
 * ```
 */
export function parseDigest(text: string): Digest {
  if (typeof text !== 'string') throw wrongArgument('the argument text', 'a digest, as a string', text)
  if (!GRAMMAR.test(text)) {
    throw new InvalidReferenceError(
      `Cannot parse digest "${text}": it is neither sha256 nor sha512 in lower-case hex`,
      {
        input: text,
        part: text,
        hint: 'A digest is "sha256:" and 64, or "sha512:" and 128 lower-case hexadecimal characters.',
      },
    )
  }
  return text as Digest
}

/** Returns the algorithm of a digest. */
export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256'
}

/** Computes the digest of bytes that come in pieces. */
export interface Digester {
  update(bytes: Uint8Array): void
  /** Ends the computation; may be called once. */
  digest(): Digest
}

/** Creates a {@link Digester}. */
export function createDigester(algorithm: DigestAlgorithm = 'sha256'): Digester {
  const hash = createHash(algorithm)
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => `${algorithm}:${hash.digest('hex')}` as Digest,
  }
}

/**
 * Computes the digest of bytes.
 *
 * @example
 * ```ts
 * import { digestOf } from 'oras-helm/oras'
 *
 * digestOf(new TextEncoder().encode('{}'))
 * // sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
 * ```
 */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): Digest {
  if (!isBytes(bytes)) throw wrongArgument('the argument bytes', 'a Uint8Array', bytes)
  if (algorithm !== 'sha256' && algorithm !== 'sha512') {
    throw wrongArgument('the argument algorithm', "'sha256' or 'sha512'", algorithm)
  }
  const digester = createDigester(algorithm)
  digester.update(bytes)
  return digester.digest()
}
