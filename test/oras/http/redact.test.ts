import { describe, expect, it } from 'vitest'
import { redactUrl } from '../../../src/oras/http/redact.js'

describe('redactUrl()', () => {
  it.each([
    ['https://host/v2/a/blobs/sha256:00', 'https://host/v2/a/blobs/sha256:00'],
    ['https://host', 'https://host/'],
    ['https://host/?', 'https://host/'],
    ['https://user:secret@host/', 'https://host/'],
    ['https://secret@host/', 'https://host/'],
    ['https://host/#secret', 'https://host/'],
    ['https://host/?n=1&last=b', 'https://host/?n=1&last=b'],
    ['https://host/?mount=sha256:00&from=a%2Fb', 'https://host/?mount=sha256:00&from=a%2Fb'],
    ['https://host/?_state=secret&digest=sha256:00', 'https://host/?_state=REDACTED&digest=sha256:00'],
    [
      'https://cdn/b?X-Amz-Signature=secret&X-Amz-Credential=secret',
      'https://cdn/b?X-Amz-Signature=REDACTED&X-Amz-Credential=REDACTED',
    ],
    ['https://host/?token=', 'https://host/?token=REDACTED'],
    ['https://host/?token=a=secret', 'https://host/?token=REDACTED'],
    // A key without a value, a harmless key in another spelling, and a value with an end of line.
    ['https://host/?secret', 'https://host/?REDACTED'],
    ['https://host/?&secret&n=1', 'https://host/?REDACTED&REDACTED&n=1'],
    ['https://host/?N=secret', 'https://host/?N=REDACTED'],
    ['https://host/?d%69gest=secret', 'https://host/?d%69gest=REDACTED'],
    ['https://host/?from=a%0d%0aforged', 'https://host/?from=a%0d%0aforged'],
    ['https://host/?from=a%26token%3Db', 'https://host/?from=a%26token%3Db'],
  ])('shows %s as %s', (url, shown) => {
    expect(redactUrl(new URL(url))).toBe(shown)
  })

  it('leaves the URL itself as it is', () => {
    const url = new URL('https://user:secret@host/?token=secret#secret')

    redactUrl(url)

    expect(url.href).toBe('https://user:secret@host/?token=secret#secret')
  })
})
