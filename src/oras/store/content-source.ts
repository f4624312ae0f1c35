/** A source made of given contents, for a copy to read from. */
import { NotFoundError } from '../errors/oci-error.js'
import { expectIterable } from '../errors/wrong-argument.js'
import { type Content, expectContent } from '../oci/content.js'
import type { Source } from './target.js'

/**
 * Makes a source of contents, wherever their bytes are. Nothing is copied, and nothing is read before it is needed.
 *
 * @throws {NotFoundError} from `get`, for a content that was not given.
 * @example
 * ```ts
 * import { buildManifest, bytesContent, copy, contentSource, Repository } from 'oras-helm/oras'
 *
 * const config = bytesContent(new TextEncoder().encode('{}'), { mediaType: 'application/vnd.oci.image.config.v1+json' })
 * const manifest = buildManifest({ config, layers: [] })
 * const source = contentSource([config, manifest])
 * await copy(source, manifest.descriptor, new Repository('localhost:5000/empty'), { tags: ['v1'] })
 * ```
 */
export function contentSource(contents: Iterable<Content>): Source {
  expectIterable('contents', 'a list of contents', contents)
  const byDigest = new Map<string, Content>()
  for (const content of contents) {
    expectContent(content, 'contents')
    byDigest.set(content.descriptor.digest, content)
  }
  return {
    get(descriptor) {
      const content = byDigest.get(descriptor.digest)
      if (content) return content
      throw new NotFoundError(`Cannot read ${descriptor.digest}: it is not among the contents of this source`, {
        hint: 'Give the source every content of the manifest: its config, all its layers, and the manifest itself.',
      })
    },
  }
}
