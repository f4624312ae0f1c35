import { describe, expect, it } from 'vitest'
import { createAgentFinder } from '../../../src/oras/http/agents.js'

const PROXY = 'http://127.0.0.1:1'

describe('createAgentFinder()', () => {
  // Otherwise a caller that passes a new object `tls` with each call would keep a connection for each.
  it.each([
    ['http', 'http://a.example', {}],
    ['https', 'https://a.example', {}],
    ['https with CAs of its own', 'https://a.example', { tls: { insecure: true } }],
    ['http through a proxy', 'http://a.example', { proxy: PROXY }],
    ['https through a proxy', 'https://a.example', { proxy: PROXY }],
  ])('keeps idle connections for a limited time: %s', async (_, url, options) => {
    const agent: object = await createAgentFinder({ isRegistry: () => true, ...options })(new URL(url))

    expect(agent).toMatchObject({ keepAlive: true, options: { timeout: 30_000 } })
  })

  it('shares connections among calls with the same options, and no others', async () => {
    const tls = { insecure: true }
    const find = (isRegistry: boolean, options = {}): ReturnType<ReturnType<typeof createAgentFinder>> =>
      createAgentFinder({ isRegistry: () => isRegistry, ...options })(new URL('https://a.example'))

    expect(await find(true, { tls })).toBe(await find(true, { tls }))
    expect(await find(true, { tls })).not.toBe(await find(false, { tls }))
    expect(await find(true, { tls })).not.toBe(await find(true, { tls: { ...tls } }))
    expect(await find(true, { tls, proxy: PROXY })).not.toBe(await find(true, { tls }))
  })
})
