import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createAgentFinder } from '../../../src/oras/http/agents.js'
import { createNodeFetch } from '../../../src/oras/http/node-fetch.js'
import { serveHttp } from '../../support/serve-http.js'

describe('createNodeFetch()', () => {
  // With a signal that had already aborted, node-fetch made an uncaught error of the body, which ended the process.
  it('rejects, without an uncaught error, whenever a request with a body is cancelled', async () => {
    const server = await serveHttp((_, response) => response.end())
    const fetch = createNodeFetch(createAgentFinder({ isRegistry: () => true }))
    const uncaught: unknown[] = []
    const note = (error: unknown): void => void uncaught.push(error)
    process.on('uncaughtException', note)
    try {
      const reasons: unknown[] = []
      for (let turns = 0; turns < 100; turns++) {
        const controller = new AbortController()
        const body = new Uint8Array(10)
        const init = { method: 'PUT', headers: {}, redirect: 'manual', signal: controller.signal, body } as const
        const sending = fetch(server.url, init).catch((error: unknown) => reasons.push(error))
        for (let turn = 0; turn < turns; turn++) await Promise.resolve()
        controller.abort(new Error('enough'))
        await sending
      }
      // Errors of streams are emitted in a later turn.
      await setImmediate()

      expect(uncaught).toEqual([])
      expect(reasons.length).toBeGreaterThan(10)
    } finally {
      process.off('uncaughtException', note)
    }
  })
})
