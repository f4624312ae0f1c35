import { describe, expect, it } from 'vitest'
import { NotFoundError, OciError, RegistryError, UnauthorizedError } from '../../../../src/oras/errors/oci-error.js'
import { Secrets } from '../../../../src/oras/errors/secrets.js'
import {
  answerError,
  expectNoWebPage,
  mediaTypeOf,
  protocolError,
} from '../../../../src/oras/registry/connection/answer-error.js'
import type { TransportResponse } from '../../../../src/oras/http/transport.js'
import { catchError } from '../../../support/catch-error.js'

const secrets = new Secrets()
const attempt = { action: 'do it', method: 'GET', url: new URL('https://host/v2/a?token=s3cret'), secrets }

function answer(status: number, body: string | Uint8Array = '', headers: Record<string, string> = {}) {
  const response: TransportResponse & { isClosed: boolean } = {
    status,
    isClosed: false,
    header: (name) => headers[name],
    async *read() {
      yield typeof body === 'string' ? Buffer.from(body) : body
    },
    discard: async () => undefined,
    close: () => void (response.isClosed = true),
  }
  return response
}

const errorOf = (status: number, body?: string | Uint8Array, headers?: Record<string, string>): Promise<OciError> =>
  answerError(answer(status, body, headers), attempt, undefined)

const SERVER = 'The registry failed: try again later, and check its log if you run it.'

describe('answerError()', () => {
  it.each([
    [400, RegistryError, 'The registry refused this request: what it said about it, if anything, is in the message.'],
    [
      401,
      UnauthorizedError,
      'The registry refused without saying how to log in: check the host, and proxies on the way.',
    ],
    [
      403,
      UnauthorizedError,
      'The registry refused without asking for a login: check the reference, and the rights of anonymous users there.',
    ],
    [
      404,
      NotFoundError,
      'Check the reference, and your rights: many registries give the same answer for what you may not read.',
    ],
    [405, RegistryError, 'The registry refused this request: what it said about it, if anything, is in the message.'],
    [
      413,
      RegistryError,
      'The content is too large for this registry, or for a proxy before it: raise the limit there.',
    ],
    [429, RegistryError, 'Too many requests: wait before you try again, or log in for a higher limit.'],
    [500, RegistryError, SERVER],
    [503, RegistryError, SERVER],
    [307, RegistryError, 'A redirect of this request is not followed: use the address that the answer points to.'],
    [200, RegistryError, 'An OCI registry does not answer like this: check the host, the port and proxies on the way.'],
  ])('makes the right error of %i, with its own hint', async (status, kind, hint) => {
    const error = await errorOf(status)

    expect(error).toBeInstanceOf(kind)
    expect(error.message).toBe(`Cannot do it: the registry answered ${status}`)
    expect(error.hint).toBe(hint)
    expect(error).toMatchObject({
      answer: { method: 'GET', url: 'https://host/v2/a?token=REDACTED', status, diagnostics: [] },
    })
  })

  it('says of a 404 in answer to a push that the repository may have to be created', async () => {
    const { hint } = await answerError(answer(404), { ...attempt, method: 'POST' }, undefined)

    expect(hint).toBe('Check the reference. Some registries want a repository to be created before the first push.')
  })

  it('shows nothing of a body that is not text', async () => {
    const error = await errorOf(206, 'bytes of a blob', { 'content-type': 'application/octet-stream' })

    expect(error.message).toBe('Cannot do it: the registry answered 206')
  })

  it('asks for credentials if the registry said how to log in', async () => {
    const { hint } = await errorOf(401, '', { 'www-authenticate': 'Basic realm="a"' })

    expect(hint).toBe(
      'No login was sent: set the option credentials, or log in with docker or podman. If there is a login, the registry does not take one of its kind.',
    )
  })

  it.each([401, 403, 404, 405, 501])('treats %i of a token server as a refused login', async (status) => {
    const error = await answerError(answer(status), { ...attempt, isTokenRequest: true }, undefined)

    expect(error).toBeInstanceOf(UnauthorizedError)
    expect(error.hint).toMatch(
      status < 404 ? /^Set or correct the option credentials: the token server/ : /^The token server does not take/,
    )
  })

  it.each([
    ['one entry', '{"errors":[{"code":"DENIED","message":"no"}]}', 'DENIED: no'],
    ['several entries', '{"errors":[{"code":"A","message":"a"},{"code":"B"},{"message":"c"}]}', 'A: a; B; c'],
    ['five entries and no more', `{"errors":[${'{"code":"A"},'.repeat(9)}{"code":"B"}]}`, 'A; A; A; A; A'],
    ['an error without a list', '{"code":"A","message":"a"}', 'A: a'],
    ['a message alone', '{"message":"a"}', 'a'],
    ['text', 'toomanyrequests: slow down\nsecond line', 'toomanyrequests: slow down'],
    [
      'a web page',
      '<!doctype html><html><head><title>x</title><style>a{}</style></head>\n<body><h1>502 <b>Bad</b> Gateway</h1>\nnginx</body>',
      '502 Bad Gateway',
    ],
    ['a page that breaks off in its style', 'oops <style>a{}', 'oops'],
    [
      'control characters, bidirectional ones too',
      '{"errors":[{"code":"A\\u001b[31m","message":"a\\r\\nb\\u202e"}]}',
      'A [31m: a b',
    ],
    ['a long message', `{"message":"${'a'.repeat(1000)}"}`, `${'a'.repeat(200)}…`],
  ])('quotes %s', async (_, body, said) => {
    expect((await errorOf(500, body)).message).toBe(`Cannot do it: the registry answered 500 ${said}`)
  })

  it.each([
    ['nothing', ''],
    ['an object of another shape', '{"error":{"code":1}}'],
    ['entries of another shape', '{"errors":[null,1,"a",[],{"code":1,"message":{}}]}'],
    ['null', 'null'],
    ['a number', '7'],
    ['tags alone', '<html><body></body></html>'],
    ['blank lines', '\n \n\t\n'],
  ])('quotes nothing of %s', async (_, body) => {
    expect((await errorOf(500, body)).message).toBe('Cannot do it: the registry answered 500')
  })

  it('reads 64 KiB and no more', async () => {
    let chunks = 0
    const response: TransportResponse = {
      ...answer(500),
      async *read() {
        for (;;) {
          chunks++
          yield Buffer.alloc(1024, 'a')
        }
      },
    }

    await answerError(response, attempt, undefined)

    expect(chunks).toBe(65)
  })

  it('uses the beginning of a body that breaks off', async () => {
    const response: TransportResponse = {
      ...answer(500),
      async *read() {
        yield Buffer.from('half of')
        throw new Error('reset')
      },
    }

    expect((await answerError(response, attempt, undefined)).message).toBe(
      'Cannot do it: the registry answered 500 half of',
    )
  })

  // Regular expressions that backtrack would need seconds for these.
  it.each(['<', '<style', '<style>', '<a ', '</', '<head><', '<!--', '{"errors":['])(
    'reads a page of nothing but %j in little time',
    async (piece) => {
      expect(await errorOf(500, piece.repeat((64 * 1024) / piece.length))).toBeInstanceOf(RegistryError)
    },
  )
})

describe('answerError(): what helps the operator of the registry', () => {
  it('contains the id of the request that the registry sent', async () => {
    const error = await errorOf(500, '{"code":"UNKNOWN"}', { 'x-request-id': ' 7f3a\u0007 ', 'cf-ray': 'other' })

    expect(error.message).toBe('Cannot do it: the registry answered 500 UNKNOWN (request 7f3a)')
    expect(error).toMatchObject({ answer: { requestId: '7f3a' } })
  })

  it('cuts a name without end, and shows no secret that is echoed in it', async () => {
    const token = 's3cret'.repeat(30)
    const response = answer(500, '', { 'x-request-id': `Bearer ${token} ${'x'.repeat(500)}` })
    const known = new Secrets()
    known.learn(token)

    const error = await answerError(response, { ...attempt, secrets: known }, undefined)

    expect(error).toMatchObject({ answer: { requestId: `Bearer REDACTED ${'x'.repeat(84)}…` } })
    expect(error.message).not.toContain('s3cret')
  })

  it('contains how long to wait, and what is left of the quota', async () => {
    const headers = { 'retry-after': '12.5', 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' }
    const error = await errorOf(429, '', headers)

    expect(error).toMatchObject({ answer: { retryAfter: 12.5, rateLimit: '0 of 100 left in 21600 seconds' } })
  })
})

describe('protocolError()', () => {
  it('makes the error of an answer that breaks the protocol', () => {
    const error = protocolError(answer(202), attempt, 'it is odd')

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe('Cannot do it: it is odd')
    expect(error.hint).toBe(
      'An OCI registry does not answer like this: check the host, the port and proxies on the way.',
    )
    expect(error.answer).toEqual({
      method: 'GET',
      url: 'https://host/v2/a?token=REDACTED',
      status: 202,
      diagnostics: [],
    })
  })
})

describe('expectNoWebPage()', () => {
  it.each(['text/html', 'TEXT/HTML; charset=utf-8', ' text/html ;x'])('refuses %j and closes', async (type) => {
    const response = answer(200, '', { 'content-type': type })

    const error = await catchError(() => expectNoWebPage(response, attempt))

    expect(error.message).toBe('Cannot do it: the answer is a web page')
    expect(response.isClosed).toBe(true)
  })

  it.each([{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/octet-stream' }])(
    'accepts %o',
    (headers) => {
      expect(() => expectNoWebPage(answer(200, '', headers), attempt)).not.toThrow()
    },
  )
})

describe('mediaTypeOf()', () => {
  it.each([
    [undefined, ''],
    ['', ''],
    ['Application/JSON; charset=utf-8', 'application/json'],
  ])('reads %j as %j', (type, mediaType) => {
    expect(mediaTypeOf(answer(200, '', type === undefined ? {} : { 'content-type': type }))).toBe(mediaType)
  })
})
