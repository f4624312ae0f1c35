/**
 * No secret is shown to a user: every place where text of a server or of a program can get into an error or an event, times
 * every form in which a secret can be written, times every kind of secret. Each row runs again with redaction switched
 * off, and must leak then: so every row can fail.
 */
import type { ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { afterEach, expect, it, vi } from 'vitest'
import {
  type ConnectionOptions,
  copy,
  type Fetch,
  inspectChart,
  listChartVersions,
  loginRegistry,
  MemoryStore,
  type OciEvent,
  pullChart,
  Repository,
} from '../../src/index.js'
import { Secrets } from '../../src/oras/errors/secrets.js'
import { makeFolder, packFiles } from '../support/make-chart.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { randomContent } from '../support/make-artifact.js'
import { FORMS, repeatsSecret } from '../support/secret-forms.js'
import { type ServedHost, type ServedRequest, serveHttp } from '../support/serve-http.js'

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const HELM = 'application/vnd.cncf.helm'

/** Something that is stored at the registry. */
interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** A kind of secret: how the library comes to use it, and what the server demands. */
interface Kind {
  readonly secret: string
  readonly options: (host: string) => ConnectionOptions
  readonly challenge?: 'Basic' | 'Bearer'
  /** The token that the token server returns. */
  readonly given?: object
}

// No eight letters in a row occur in a message by chance, and each secret has characters that encoders change.
const WORD = 'kX7&"/\\<ü9ß>=%4q+Zw5:vT'
const TOKEN = 'q8Zk.R2~w7/V+x5_N-j3=Lp6'
const PLAIN = 'Hq7zK-2w9xV-4tB8'
const INTERNATIONAL = 'hünter-7Zk2ß-w9xv'
const login = (password: string) => (): ConnectionOptions => ({ credentials: { username: 'ada', password } })

const KINDS: Readonly<Record<string, Kind>> = {
  'a password': { secret: WORD, options: login(WORD), challenge: 'Basic' },
  'a plain password': { secret: PLAIN, options: login(PLAIN), challenge: 'Basic' },
  'an international password': { secret: INTERNATIONAL, options: login(INTERNATIONAL), challenge: 'Basic' },
  'the value of a Basic login': {
    secret: Buffer.from(`ada:${PLAIN}`).toString('base64'),
    options: login(PLAIN),
    challenge: 'Basic',
  },
  'a password for a token': { secret: WORD, options: login(WORD), challenge: 'Bearer', given: { token: 'other' } },
  'an identity token': {
    secret: WORD,
    options: () => ({ credentials: { identityToken: WORD } }),
    challenge: 'Bearer',
    given: { token: 'other' },
  },
  'a token that was given': {
    secret: TOKEN,
    options: () => ({ credentials: 'anonymous' }),
    challenge: 'Bearer',
    given: { access_token: TOKEN },
  },
  'a refresh token that was given': {
    secret: WORD,
    options: () => ({ credentials: 'anonymous' }),
    challenge: 'Bearer',
    given: { token: 'other', refresh_token: WORD },
  },
  'a token for the registry': {
    secret: TOKEN,
    options: () => ({ credentials: { registryToken: TOKEN } }),
    challenge: 'Bearer',
  },
  'the login of a proxy': {
    secret: WORD,
    options: (host) => ({ credentials: 'anonymous', proxy: `http://ada:${encodeURIComponent(WORD)}@${host}` }),
  },
}

/** What a call is given; `onEvent` collects its events. */
interface Call {
  readonly host: string
  readonly reference: string
  readonly options: ConnectionOptions
  readonly onEvent: (event: OciEvent) => void
}

/** A place where a server can put a text. */
interface Place {
  /** The answer of the registry after the login. */
  readonly answer?: (text: string, request: ServedRequest) => Answer
  /** The answer of the token server, in place of a token. */
  readonly token?: (text: string) => Answer
  readonly call?: (call: Call) => Promise<unknown>
  /** Whether a text can stand there; by default every text can. */
  readonly takes?: (text: string) => boolean
  readonly kinds?: readonly string[]
}

const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})
const inHeader = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)
const inPath = (text: string): boolean => /^[\w%:&=+.~!$',;@()*-]+$/.test(text)
// Where all letters become lower case, base64 has another meaning.
const inHost = (text: string): boolean =>
  /^[a-z0-9-]{1,60}$/i.test(text) && (/-/.test(text) || !/[A-Z].*[A-Z]/.test(text))
const inYaml = (text: string): boolean => /^[\x20-\x7e]*$/.test(text) && !/["\\]/.test(text)
const SENT_FOR_TOKEN = ['a password for a token', 'an identity token']

const manifest = (parts: object, type = MANIFEST): Answer => ({
  headers: { 'content-type': type },
  body: JSON.stringify({ schemaVersion: 2, ...parts }),
})
const config = (mediaType: string): object => ({ mediaType, digest: digestOf(Buffer.from('{}')), size: 2 })
const echoes = (headers: (text: string) => Answer['headers'], status = 404) => ({
  answer: (text: string): Answer => ({ status, headers: headers(text) ?? {} }),
  takes: inHeader,
})
const push = async ({ reference, options, onEvent }: Call): Promise<unknown> =>
  new Repository(reference, { ...options, onEvent, access: 'push' }).put(randomContent(10))
const copyAll = async ({ reference, options, onEvent }: Call): Promise<unknown> =>
  copy(new Repository(reference, options), 'v1', new MemoryStore(), { onEvent })

/** A chart whose archive holds these files. */
const chartOf = (files: Readonly<Record<string, string>>) => {
  const archive = packFiles(files)
  const metadata = Buffer.from('{"name":"mychart","version":"1.2.3","apiVersion":"v2"}')
  return (_: string, { path }: ServedRequest): Answer => {
    if (path.endsWith(digestOf(archive))) return { body: archive }
    if (path.endsWith(digestOf(metadata))) return { body: metadata }
    return manifest({
      config: { mediaType: `${HELM}.config.v1+json`, digest: digestOf(metadata), size: metadata.length },
      layers: [{ mediaType: `${HELM}.chart.content.v1.tar+gzip`, digest: digestOf(archive), size: archive.length }],
    })
  }
}

const PLACES: Readonly<Record<string, Place>> = {
  'the message of an error': { answer: (text) => json(403, { errors: [{ code: 'DENIED', message: `no ${text}` }] }) },
  'the code of an error': { answer: (text) => json(403, { errors: [{ code: text, message: 'no' }] }) },
  'an error of OAuth 2': { answer: (text) => json(403, { error: 'denied', error_description: `no ${text}` }) },
  'a page': {
    answer: (text) => ({ status: 403, headers: { 'content-type': 'text/html' }, body: `<html><p>no ${text}</p>` }),
    // A secret in angle brackets would be a tag of the page.
    takes: (text) => !/<[^<>]*>/.test(text),
  },
  'a text': {
    answer: (text) => ({ status: 500, headers: { 'content-type': 'text/plain' }, body: `no ${text}` }),
    takes: (text) => !/<[^<>]*>/.test(text),
  },
  'broken JSON': {
    answer: (text) => ({ status: 500, headers: { 'content-type': 'application/json' }, body: `{"no": ${text}` }),
    takes: (text) => !/<[^<>]*>/.test(text),
  },
  'the id of a request': echoes((text) => ({ 'x-request-id': `r ${text.replace(/^(?:\. )+/, '')}` }), 400),
  'a warning': echoes((text) => ({ warning: `299 - "old ${text.replace(/["\\]/g, '\\$&')}"` })),
  'an error of a token server': {
    token: (text) => json(401, { errors: [{ code: 'DENIED', message: `no ${text}` }] }),
    kinds: SENT_FOR_TOKEN,
  },
  'the path of a redirect': {
    answer: (text, { path }) =>
      path.includes('/cdn/') ? { status: 404 } : { status: 307, headers: { location: `/cdn/${text}/x` } },
    takes: inPath,
  },
  'the host of a redirect': {
    answer: (text) => ({ status: 307, headers: { location: `http://${text}.invalid/x` } }),
    takes: inHost,
    kinds: Object.keys(KINDS).filter((name) => name !== 'the login of a proxy'),
  },
  'a redirect that is refused': {
    answer: (text) => ({ status: 307, headers: { location: `ftp://files.example/${text}` } }),
    takes: inPath,
  },
  'an upload at another host': {
    answer: (text) => ({ status: 202, headers: { location: `https://other.example/${text}` } }),
    call: push,
    takes: inPath,
  },
  'a link to another host': {
    answer: (text) => ({
      headers: { link: `<https://other.example/${text}>; rel="next"` },
      body: '{"name":"a","tags":["1.0.0"]}',
    }),
    call: async ({ reference, options }) => listChartVersions(reference, options),
    takes: (text) => inPath(text) && !text.includes(';'),
  },
  'the digest of a manifest': {
    answer: (text) => ({
      headers: { 'content-type': MANIFEST, 'docker-content-digest': `sha256:${text}` },
      body: '{}',
    }),
    takes: (text) => inHeader(text) && !text.startsWith('. '),
  },
  'the digest of what was stored': {
    answer: (text, { method }) =>
      method === 'POST' ? { status: 201, headers: { 'docker-content-digest': `sha256:${text}` } } : { status: 404 },
    call: push,
    takes: inHeader,
  },
  'the type of a manifest': { answer: (text) => manifest({ mediaType: `application/${text}` }) },
  'the type of a config': { answer: (text) => manifest({ config: config(`application/${text}`), layers: [] }) },
  'the type of an artifact': {
    answer: (text) => manifest({ artifactType: text, config: config('application/vnd.oci.empty.v1+json'), layers: [] }),
  },
  'the type of a content in an event': {
    answer: (text, { path }) =>
      path.includes('/blobs/') ? { body: '{}' } : manifest({ config: config(`application/${text}`), layers: [] }),
    call: copyAll,
  },
  'a tag': {
    answer: (text, { path }) =>
      path.includes('/tags/') ? { body: JSON.stringify({ tags: [text] }) } : { status: 404 },
    call: async ({ reference, options, onEvent }) =>
      inspectChart(reference.replace(/:v1$/, ''), { ...options, onEvent }),
    takes: (text) => /^\w[\w.-]{0,60}$/.test(text),
  },
  'the name of a chart': {
    answer: (text, request) =>
      chartOf({ 'Chart.yaml': `apiVersion: v2\nname: "${text}"\nversion: 1.2.3\n` })('', request),
    takes: (text) => inYaml(text) && !/[/]/.test(text) && !text.startsWith('. '),
  },
  'the name of a file': {
    answer: (text, request) =>
      chartOf({ 'Chart.yaml': 'apiVersion: v2\nname: mychart\nversion: 1.2.3\n', [`../${text}`]: '' })('', request),
    takes: (text) => text.length < 160 && inHeader(text) && !text.includes('\\') && !text.startsWith('. '),
  },
  'a warning of a chart': {
    answer: (text, request) =>
      chartOf({ 'Chart.yaml': `apiVersion: v2\nname: mychart\nversion: 1.2.3\n"${text}": 1\n"${text}": 2\n` })(
        '',
        request,
      ),
    takes: inYaml,
  },
  'what a function fetch throws': {
    call: async ({ reference, options: { credentials } }) => {
      const fetch: Fetch = async (url, init) => {
        const response = await globalThis.fetch(url, init as RequestInit)
        const text = response.headers.get('x-text')
        if (text === null) return response as never
        const said = decodeURIComponent(text)
        const cause = Object.assign(new Error(`cannot read ${said}`), { data: Buffer.from(said), parts: [said] })
        throw new TypeError('it failed', { cause })
      }
      return inspectChart(reference, { credentials, retry: false, fetch })
    },
    answer: (text) => ({ headers: { 'x-text': encodeURIComponent(text) } }),
    kinds: Object.keys(KINDS).filter((name) => name !== 'the login of a proxy'),
  },
  'an error of a login': {
    answer: (text) => json(403, { errors: [{ code: 'DENIED', message: `no ${text}` }] }),
    call: async ({ host, options: { credentials, ...options } }) =>
      loginRegistry(host, credentials as never, { ...options, path: `${await makeFolder()}/config.json` }),
    kinds: ['a password', 'a plain password', 'the value of a Basic login', 'a password for a token'],
  },
}

interface Row {
  readonly title: string
  readonly form: string
  readonly kind: Kind
  readonly place: Place
  readonly text: string
}

const ROWS: readonly Row[] = Object.entries(PLACES).flatMap(([placeName, place]) =>
  Object.entries(FORMS).flatMap(([form, write]) =>
    Object.entries(KINDS).flatMap(([kindName, kind]) => {
      const text = write(kind.secret)
      const isPossible = (place.kinds ?? Object.keys(KINDS)).includes(kindName) && (place.takes?.(text) ?? true)
      return isPossible && text !== ''
        ? [{ title: `${kindName} in ${placeName}: ${form}`, form, kind, place, text }]
        : []
    }),
  ),
)

/** @param part How many rows: `some`, in which each place, form and kind is, or all. */
export function describeSecretsTable(part: 'some' | 'all'): void {
  // A prime, so that the rows that are taken contain each place, form and kind.
  const STEP = 23
  const rows = ROWS.filter((_, at) => part === 'all' || at % STEP === 0)

  afterEach(() => void vi.restoreAllMocks())

  it.each(Object.keys(PLACES))('no secret is shown, in any form or of any kind: %s', async (place) => {
    const mine = rows.filter((row) => row.place === PLACES[place])
    expect(mine.length).toBeGreaterThan(0)
    let row = mine[0] as Row
    const server = await serveHttp((request, response) => answer(row, request, response))

    const leaks: string[] = []
    const idle: string[] = []
    for (row of mine) {
      if (repeatsSecret(await show(row, server), row.kind.secret)) leaks.push(row.title)
      const off = (text: string): string => text
      vi.spyOn(Secrets.prototype, 'redact').mockImplementation(off)
      vi.spyOn(Secrets.prototype, 'redactForeign').mockImplementation(off)
      if (!repeatsSecret(await show(row, server), row.kind.secret)) idle.push(row.title)
      vi.restoreAllMocks()
    }

    expect({ leaks, idle }).toEqual({ leaks: [], idle: [] })
  })

  it('there are enough rows, with each place, form and kind', () => {
    expect(rows.length).toBeGreaterThanOrEqual(part === 'all' ? 7000 : 300)
    for (const part of ['place', 'form', 'kind'] as const) {
      expect(new Set(rows.map((row) => row[part]))).toEqual(new Set(ROWS.map((row) => row[part])))
    }
  })
}

/** Everything that a user is shown of a call. */
async function show({ kind, place }: Row, server: ServedHost): Promise<string> {
  const events: OciEvent[] = []
  const onEvent = (event: OciEvent): void => void events.push(event)
  const options = { ...kind.options(server.host), retry: false, onEvent } as const
  const isProxied = options.proxy !== undefined
  const host = isProxied ? 'registry.example' : server.host
  const call = {
    host,
    reference: `${host}/a/mychart:v1`,
    options: { ...options, ...(isProxied && { plainHttp: true }) },
    onEvent,
  }
  const { call: act = async ({ reference, options: given }) => pullChart(reference, { ...given, strict: true }) } =
    place
  const error = await act(call).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  const hidden = inspect(error, { depth: 12, showHidden: true, maxStringLength: Infinity })
  const { message = '', stack = '' } = (error ?? {}) as Partial<Error>
  return (
    [message, stack, hidden, JSON.stringify(error), JSON.stringify(events)]
      .join('\n')
      // Leaves out the stack, and what every row has.
      .replace(/^ {4,}at .*$/gm, '')
  )
}

function answer({ kind, place, text }: Row, request: ServedRequest, response: ServerResponse): void {
  const { path, headers } = request
  const { challenge, given } = kind
  const send = ({ status = 200, headers: more = {}, body = '' }: Answer): unknown =>
    response.writeHead(status, more).end(body)
  if (path.startsWith('/token')) {
    send(place.token?.(text) ?? json(200, given ?? {}))
  } else if (challenge !== undefined && headers.authorization === undefined && !path.includes('/cdn/')) {
    const parameters = challenge === 'Bearer' ? `realm="http://${headers.host}/token",service="x"` : 'realm="x"'
    send({ status: 401, headers: { 'www-authenticate': `${challenge} ${parameters}` } })
  } else {
    send(place.answer?.(text, request) ?? { status: 404 })
  }
}
