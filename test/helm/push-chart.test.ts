import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { pushChart } from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { chartFiles, makeChartFolder } from '../support/make-chart-folder.js'
import { pushCases } from '../support/push-cases.js'
import { answerInWaves } from '../support/answer-in-waves.js'
import { describeOnEmbedded } from '../support/describe-cases.js'

const credentials = { username: 'testuser', password: 's3cret' }

describeOnEmbedded('pushChart() on the embedded registry', pushCases)

describe('pushChart(): requests and waves with 20 ms of delay', () => {
  let registry: TestRegistry
  afterEach(() => registry.close())

  it.each([
    ['helm', 'anonymous', 6, 4],
    ['split', 'anonymous', 8, 4],
    ['helm', 'bearer', 8, 6],
    ['split', 'bearer', 10, 6],
  ] as const)('a cold push of %s, %s: %i requests in %i waves', async (format, login, requests, waves) => {
    const auth = login === 'bearer' ? { auth: { scheme: 'bearer' as const, ...credentials } } : {}
    registry = await startRegistry({ delay: 20, intercept: answerInWaves(), ...auth })
    const chart = await makeChartFolder(chartFiles('mychart', '1.0.0', randomUUID()))

    await pushChart(chart, `${registry.host}/mychart:latest`, { format, credentials })

    expect(registry.requests).toHaveLength(requests)
    expect(Math.max(...registry.requests.map(({ wave }) => wave))).toBe(waves)
  })

  it('the same push, one blob at a time, needs more waves', async () => {
    registry = await startRegistry({ delay: 20, intercept: answerInWaves() })
    const chart = await makeChartFolder(chartFiles('mychart', '1.0.0', randomUUID()))

    await pushChart(chart, `${registry.host}/mychart:latest`, { concurrency: 1 })

    expect(registry.requests).toHaveLength(8)
    expect(Math.max(...registry.requests.map(({ wave }) => wave))).toBeGreaterThan(4)
  })

  it('what is there already takes 3 requests with a new Bearer login', async () => {
    registry = await startRegistry({ auth: { scheme: 'bearer', ...credentials } })
    const chart = await makeChartFolder(chartFiles('mychart', '1.0.0', randomUUID()))
    await pushChart(chart, `${registry.host}/mychart:latest`, { credentials })
    registry.clearRequests()

    await pushChart(chart, `${registry.host}/mychart:latest`, { credentials })

    expect(registry.requests.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'HEAD 401',
      'GET 200',
      'HEAD 200',
    ])
  })
})
