import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { OciEvent } from '../../../src/oras/events.js'
import { listChartVersions } from '../../../src/helm/list-chart-versions.js'
import { inspectChart } from '../../../src/helm/inspect-chart.js'
import { pullChart } from '../../../src/helm/pull-chart.js'
import { pushChart } from '../../../src/helm/push-chart.js'
import { readChartFile } from '../../../src/helm/read-chart-file.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import { Repository } from '../../../src/oras/registry/repository.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../src/testing/index.js'
import { chartFiles, makeChartFolder } from '../../support/make-chart-folder.js'
import { randomContent } from '../../support/make-artifact.js'
import { serveHttp } from '../../support/serve-http.js'
import { serveRaw } from '../../support/serve-raw.js'
import { parseWarnings } from '../../../src/oras/http/with-events.js'

async function start(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  onTestFinished(() => registry.close())
  return registry
}

/** Keeps the events of some types. */
function listen(...types: readonly OciEvent['type'][]): { events: OciEvent[]; onEvent: (event: OciEvent) => void } {
  const events: OciEvent[] = []
  return { events, onEvent: (event) => void (types.includes(event.type) && events.push(event)) }
}

describe('the event request', () => {
  it('reports each answer once, in every call that reaches a registry', async () => {
    const registry = await start()
    const reference = `oci://${registry.host}/charts`
    const { events, onEvent } = listen('request')
    const folder = await makeChartFolder(chartFiles('mychart', '0.1.0', 'observed'))
    const calls: readonly (() => Promise<unknown>)[] = [
      () => pushChart(folder, reference, { onEvent }),
      () => pullChart(`${reference}/mychart`, { onEvent }),
      () => inspectChart(`${reference}/mychart`, { onEvent }),
      () => readChartFile(`${reference}/mychart`, 'Chart.yaml', { onEvent }),
      () => listChartVersions(`${reference}/mychart`, { onEvent }),
    ]

    for (const call of calls) {
      registry.clearRequests()
      events.length = 0
      await call()

      const asked = registry.requests.map(({ method, path, status }) => `${method} ${path.split('?')[0]} ${status}`)
      const told = events.map((event) => {
        return event.type === 'request' ? `${event.method} ${new URL(event.url).pathname} ${event.status}` : ''
      })
      expect(told.length).toBeGreaterThan(0)
      expect(told.toSorted()).toEqual(asked.toSorted())
    }
  })

  it('holds no secret, also not of a token server or a redirect', async () => {
    const store = await serveHttp((_, response) => response.end())
    const registry = await start({
      auth: { scheme: 'bearer', username: 'robot', password: 's3cret' },
      intercept: ({ path, headers }) =>
        path.includes('/blobs/') && headers['authorization'] !== undefined
          ? { status: 307, headers: { Location: `${store.url}/blob?X-Amz-Signature=s3cret` } }
          : undefined,
    })
    const { events, onEvent } = listen('request', 'retry', 'warning')
    const repository = new Repository(`${registry.host}/a`, {
      credentials: { username: 'robot', password: 's3cret' },
      onEvent,
    })

    const digest = digestOf(Buffer.from('a'))
    await repository.has({ mediaType: 'x/y', digest, size: 1 })

    expect(events.map((event) => event.type === 'request' && event.status)).toEqual([401, 200, 307, 200])
    expect(JSON.stringify(events)).toContain('X-Amz-Signature=REDACTED')
    expect(JSON.stringify(events)).not.toContain('s3cret')
  })

  it('fails the call if its listener throws', async () => {
    const registry = await start()
    const reason = new Error('no more')
    const onEvent = (): void => {
      throw reason
    }

    await expect(new Repository(`${registry.host}/a`, { onEvent }).resolve('v1')).rejects.toBe(reason)
    expect(registry.requests).toHaveLength(1)
  })

  it('leaves no connection open if its listener throws', async () => {
    let closed: Promise<unknown> = Promise.resolve()
    const server = await serveRaw((socket) => {
      closed = new Promise((resolve) => socket.once('close', resolve))
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello')
    })
    const onEvent = (): void => {
      throw new Error('no more')
    }

    await expect(new Repository(`${server.host}/a`, { onEvent }).fetchManifest('v1')).rejects.toThrow('no more')
    await closed
  })

  it('fails the call also if it throws at a request that is not needed', async () => {
    const registry = await start()
    const reason = new Error('no more')
    const onEvent = (event: OciEvent): void => {
      if (event.type === 'request' && event.method === 'HEAD') throw reason
    }
    const repository = new Repository(`${registry.host}/a`, { access: 'push', onEvent })

    await expect(repository.put(randomContent(100_000))).rejects.toBe(reason)
    expect(registry.openSessions).toBe(0)
  })
})

describe('the event warning', () => {
  const warnWith = async (
    ...values: readonly string[]
  ): Promise<{ repository: Repository; messages: () => unknown[] }> => {
    let count = 0
    const server = await serveHttp((_, response) => {
      response.setHeader('warning', (values[count++ % values.length] ?? '').split('\n'))
      response.writeHead(404).end()
    })
    const { events, onEvent } = listen('warning')
    return {
      repository: new Repository(`${server.host}/a`, { onEvent }),
      messages: () => events.map((event) => event.type === 'warning' && event.message.replace(server.host, 'HOST')),
    }
  }

  it('reports each warning of a registry once', async () => {
    const { repository, messages } = await warnWith(
      '299 - "old", 299 - "slow"\n299 - "odd"',
      '299 - "old"',
      '299 - "new"',
    )

    for (let count = 0; count < 6; count++) await repository.resolve('v1')

    expect(messages()).toEqual(['HOST warns: old', 'HOST warns: slow', 'HOST warns: odd', 'HOST warns: new'])
  })

  it('shows it on one line, and cut', async () => {
    const { repository, messages } = await warnWith(`299 - "a\tb\u0085c", 299 - "${'x'.repeat(3000)}"`)

    await repository.resolve('v1')

    expect(messages()).toEqual(['HOST warns: a b c', `HOST warns: ${'x'.repeat(500)}…`])
  })

  it('stops at a hundred', async () => {
    const { repository, messages } = await warnWith(...Array.from({ length: 120 }, (_, index) => `299 - "${index}"`))

    for (let count = 0; count < 120; count++) await repository.resolve('v1')

    expect(messages()).toHaveLength(100)
  })

  it('ignores warnings of a token server, which may contain the token', async () => {
    const registry = await serveHttp(({ path, headers: { authorization, host } }, response) => {
      const token = 'T0ken-0f-7Zk2w9'
      response.setHeader('warning', `299 - "old ${path.startsWith('/token') ? token : 'tag'}"`)
      response.setHeader('www-authenticate', `Bearer realm="http://${host}/token"`)
      if (path.startsWith('/token')) response.end(JSON.stringify({ token }))
      else response.writeHead(authorization === undefined ? 401 : 404).end()
    })
    const { events, onEvent } = listen('warning')

    await new Repository(`${registry.host}/a`, { credentials: 'anonymous', onEvent }).resolve('v1')

    expect(events).toEqual([{ type: 'warning', code: 'WARN_REGISTRY', message: `${registry.host} warns: old tag` }])
  })

  it('shows no secret that is echoed in it', async () => {
    const registry = await serveHttp(({ headers: { authorization } }, response) => {
      response.setHeader('warning', `299 - "you are ${authorization}"`)
      response.setHeader('www-authenticate', 'Basic realm="a"')
      response.writeHead(authorization === undefined ? 401 : 404).end()
    })
    const { events, onEvent } = listen('warning')
    const credentials = { username: 'robot', password: 's3cret' }

    await new Repository(`${registry.host}/a`, { credentials, onEvent }).resolve('v1')

    const message = `${registry.host} warns: you are Basic REDACTED`
    expect(events).toContainEqual({ type: 'warning', code: 'WARN_REGISTRY', message })
  })

  it('goes to the process where nothing listens, once, on one line and without secrets', async () => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    onTestFinished(() => emitWarning.mockRestore())
    const registry = await serveHttp(({ headers: { authorization = 'anonymous' } }, response) => {
      response.setHeader('warning', `299 - "you\tare ${authorization}"`)
      response.setHeader('www-authenticate', 'Basic realm="a"')
      response.writeHead(authorization === 'anonymous' ? 401 : 404).end()
    })
    const credentials = { username: 'robot', password: 's3cret' }

    // Each of the two has seen nothing yet.
    for (let count = 0; count < 2; count++) await new Repository(`${registry.host}/a`, { credentials }).resolve('v1')

    expect(emitWarning.mock.calls).toEqual([
      [`${registry.host} warns: you are anonymous`, { type: 'OrasHelmWarning', code: 'WARN_REGISTRY' }],
      [`${registry.host} warns: you are Basic REDACTED`, { type: 'OrasHelmWarning', code: 'WARN_REGISTRY' }],
    ])
  })
})

describe('parseWarnings()', () => {
  it.each<[header: string, texts: readonly string[]]>([
    ['', []],
    ['299 - "this tag is deprecated"', ['this tag is deprecated']],
    ['299 - "one", 299 - "two"', ['one', 'two']],
    ['299 - "one",299 - "two"', ['one', 'two']],
    ['299 - "a \\"quoted\\" \\\\ word, and a comma"', ['a "quoted" \\ word, and a comma']],
    ['299 - "dated" "Sat, 25 Aug 2012 23:34:45 GMT", 299 - "next"', ['dated', 'next']],
    ['299 registry.example:5000 "by name"', ['by name']],
    ['299  -   "spaces"', ['spaces']],
    ['110 cache "Response is Stale", 299 - "ours", 214 - "Transformation Applied"', ['ours']],
    ['299 - "said in a text: 299 - \\"inner\\""', ['said in a text: 299 - "inner"']],
    ['299 - ""', []],
    ['299 - "  "', []],
    ['299 - unquoted', []],
    ['299 "no agent"', []],
    ['1299 - "another code"', []],
    ['299', []],
    ['garbage, 299 - "behind it"', ['behind it']],
    ['"299 - \\"in a date\\""', []],
    ['299 - "never closed', ['never closed']],
    ['299 - "never closed\\', ['never closed']],
  ])('reads %j', (header, texts) => {
    expect(parseWarnings(header)).toEqual(texts)
  })

  it('cuts what is longer than the specification allows', () => {
    const texts = parseWarnings(`299 - "${'a'.repeat(5000)}", 299 - "too late"`)

    expect(texts).toEqual(['a'.repeat(4096 - '299 - "'.length)])
  })

  // Regular expressions that backtrack would need minutes for these.
  it.each(['299 - "', '299 - "\\', '\\"', '299 ', '299 - ', ' ', '"', '\\', '9', '299 - "a'])(
    'reads a long header of nothing but %j in little time',
    (piece) => {
      expect(Array.isArray(parseWarnings(piece.repeat(1_000_000 / piece.length)))).toBe(true)
    },
  )
})
