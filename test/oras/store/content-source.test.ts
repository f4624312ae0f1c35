import { describe, expect, it } from 'vitest'
import { NotFoundError } from '../../../src/oras/errors/oci-error.js'
import { bytesContent } from '../../../src/oras/oci/content.js'
import { contentSource } from '../../../src/oras/store/content-source.js'
import { catchError } from '../../support/catch-error.js'

const a = bytesContent(Buffer.from('a'), { mediaType: 'text/plain' })
const b = bytesContent(Buffer.from('b'), { mediaType: 'text/plain' })

describe('contentSource()', () => {
  it('finds each content by its digest, whatever else the descriptor says', () => {
    const source = contentSource(new Set([a, b]))

    expect(source.get(a.descriptor)).toBe(a)
    expect(source.get({ ...b.descriptor, mediaType: 'x/y', annotations: { c: 'd' } })).toBe(b)
  })

  it('says which content is missing', async () => {
    const error = await catchError(() => contentSource([a]).get(b.descriptor))

    expect(error).toBeInstanceOf(NotFoundError)
    expect(error).toMatchObject({
      code: 'ERR_NOT_FOUND',
      message: `Cannot read ${b.descriptor.digest}: it is not among the contents of this source`,
      hint: 'Give the source every content of the manifest: its config, all its layers, and the manifest itself.',
    })
  })
})
