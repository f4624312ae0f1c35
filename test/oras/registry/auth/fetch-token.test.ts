import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { RegistryError, UnauthorizedError } from '../../../../src/oras/errors/oci-error.js'
import { Secrets } from '../../../../src/oras/errors/secrets.js'
import { fetchToken, type Token, type TokenRequest } from '../../../../src/oras/registry/auth/fetch-token.js'
import { makeTransport } from '../../../support/make-transport.js'
import { catchError } from '../../../support/catch-error.js'
import { type ServedHost, serveHttp } from '../../../support/serve-http.js'

const NO_TOKEN = 'Check the realm that the registry names: this is not the answer of a token server.'
const LOGIN =
  'Set or correct the option credentials: the token server of the registry wants a login, or does not accept this one.'

const serve = (status: number, body: string, headers = {}): Promise<ServedHost> =>
  serveHttp((_, response) => response.writeHead(status, headers).end(body))

const ask = (server: ServedHost, request: Partial<TokenRequest> = {}): Promise<Token> =>
  fetchToken({
    realm: new URL(`${server.url}/token`),
    scopes: ['repository:a:pull'],
    credential: undefined,
    transport: makeTransport(),
    secrets: new Secrets(),
    signal: undefined,
    ...request,
  })

describe('fetchToken()', () => {
  it('asks for a service and several scopes, and keeps the query of the realm', async () => {
    const server = await serve(200, '{"token":"t"}')

    await ask(server, {
      realm: new URL(`${server.url}/token?a=b`),
      service: 'registry example',
      scopes: ['repository:a/b:pull,push', 'repository:c:pull'],
    })

    const query = new URL(server.requests[0]?.path ?? '', server.url).searchParams
    expect([...query]).toEqual([
      ['a', 'b'],
      ['service', 'registry example'],
      ['scope', 'repository:a/b:pull,push'],
      ['scope', 'repository:c:pull'],
    ])
    expect(server.requests[0]?.headers.authorization).toBeUndefined()
  })

  it('sends the credential by Basic, in UTF-8', async () => {
    const server = await serve(200, '{"token":"t"}')

    await ask(server, { credential: { username: 'é', password: 'a:b' } })

    expect(server.requests[0]?.headers.authorization).toBe('Basic w6k6YTpi')
  })

  it.each([
    ['token', '{"token":"a.b-c_d"}', 'a.b-c_d'],
    ['access_token', '{"access_token":"a"}', 'a'],
    ['token before access_token', '{"access_token":"a","token":"b"}', 'b'],
    ['access_token if token is null', '{"access_token":"a","token":null}', 'a'],
  ])('takes %s', async (_, body, value) => {
    expect((await ask(await serve(200, body))).value).toBe(value)
  })

  it.each([
    ['nothing about it', '', 60],
    ['less than a minute', ',"expires_in":1', 60],
    ['a negative time', ',"expires_in":-5', 60],
    ['text', ',"expires_in":"300"', 60],
    ['five minutes', ',"expires_in":300', 300],
  ])('uses a token that says %s for %3$s seconds, less ten', async (_, member, seconds) => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 })
    onTestFinished(() => void vi.useRealTimers())

    expect((await ask(await serve(200, `{"token":"t"${member}}`))).expiresAt).toBe((seconds - 10) * 1000)
  })

  it.each([
    ['a web page', '<html>log in</html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '["token"]'],
    ['an object without a token', '{}'],
    ['an empty token', '{"token":""}'],
    ['a token that is a number', '{"token":7}'],
    ['a token with a newline', '{"token":"a\\r\\nX-Evil: 1"}'],
    ['a token with a space', '{"token":"a b"}'],
    ['a token beyond ASCII', '{"token":"é"}'],
    ['more than 128 KiB', `{"token":"${'a'.repeat(128 * 1024)}"}`],
  ])('refuses %s', async (_, body) => {
    const server = await serve(200, body)

    const error = await catchError(() => ask(server))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error).toMatchObject({
      code: 'ERR_REGISTRY',
      message: `Cannot get a token from ${server.host}: there is no token in the answer`,
      hint: NO_TOKEN,
      answer: { method: 'GET', status: 200, diagnostics: [] },
    })
  })

  it.each([
    [401, UnauthorizedError, LOGIN],
    [403, UnauthorizedError, LOGIN],
    [429, RegistryError, 'Too many requests: wait before you try again, or log in for a higher limit.'],
    [500, RegistryError, 'The registry failed: try again later, and check its log if you run it.'],
    [302, RegistryError, 'A redirect of this request is not followed: use the address that the answer points to.'],
  ])('says what to do about %i', async (status, kind, hint) => {
    const server = await serve(status, '{"details":"x","message":"no such user"}')

    const error = await catchError(() => ask(server, { credential: { username: 'a', password: 's3cret' } }))

    expect(error).toBeInstanceOf(kind)
    expect(error.message).toBe(`Cannot get a token from ${server.host}: the registry answered ${status} no such user`)
    expect(error.hint).toBe(hint)
    expect(JSON.stringify(error)).not.toContain('s3cret')
  })

  it.each([200, 500])('throws the reason of a signal that is aborted while the body of a %i comes', async (status) => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const server = await serveHttp((_, response) => {
      response.writeHead(status, { 'content-length': 100 }).write('{"token":', () => controller.abort(reason))
    })

    expect(await catchError(() => ask(server, { signal: controller.signal }))).toBe(reason)
  })
})
