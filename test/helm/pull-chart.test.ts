import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { pullChart, pushChart } from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { chartFiles, makeChartFolder } from '../support/make-chart-folder.js'
import { pullCases } from '../support/pull-cases.js'
import { answerInWaves } from '../support/answer-in-waves.js'
import { describeOnEmbedded } from '../support/describe-cases.js'

const credentials = { username: 'testuser', password: 's3cret' }

describeOnEmbedded('pullChart() on the embedded registry', pullCases)

it('a hundred pulls at once with one signal leave no listener, which Node would report as a leak', async () => {
  const registry = await startRegistry()
  onTestFinished(() => registry.close())
  const warnings: string[] = []
  const onWarning = ({ name }: Error): void => void warnings.push(name)
  process.on('warning', onWarning)
  onTestFinished(() => void process.off('warning', onWarning))
  const chart = await makeChartFolder(chartFiles('mychart', '1.0.0', 'content'))
  const { signal } = new AbortController()
  const references = ['helm', 'split'].map((tag) => `${registry.host}/mychart:${tag}`)

  await Promise.all(references.map((to, at) => pushChart(chart, to, { format: at === 0 ? 'helm' : 'split', signal })))
  await Promise.all(Array.from({ length: 100 }, async (_, at) => pullChart(references[at % 2] as string, { signal })))

  await new Promise((resolve) => setImmediate(resolve))
  expect(warnings).toEqual([])
})

describe('pullChart(): requests and waves with 20 ms of delay', () => {
  let registry: TestRegistry
  afterEach(() => registry.close())

  it.each([
    ['helm', 'anonymous', 3, 2],
    ['split', 'anonymous', 3, 2],
    ['helm', 'bearer', 5, 4],
  ] as const)('a pull of %s, %s: %i requests in %i waves', async (format, login, requests, waves) => {
    const auth = login === 'bearer' ? { auth: { scheme: 'bearer' as const, ...credentials } } : {}
    registry = await startRegistry({ delay: 20, intercept: answerInWaves(), ...auth })
    const chart = await makeChartFolder(chartFiles('mychart', '1.0.0', 'content'))
    await pushChart(chart, `${registry.host}/mychart:latest`, { format, credentials })
    registry.clearRequests()

    await pullChart(`${registry.host}/mychart:latest`, { credentials })

    expect(registry.requests.map(({ method }) => method)).toEqual(Array.from({ length: requests }, () => 'GET'))
    expect(Math.max(...registry.requests.map(({ wave }) => wave))).toBe(waves)
  })

  it('the same pull, one content at a time, needs more waves', async () => {
    registry = await startRegistry({ delay: 20, intercept: answerInWaves() })
    const chart = await makeChartFolder(chartFiles('mychart', '1.0.0', 'content'))
    await pushChart(chart, `${registry.host}/mychart:latest`)
    registry.clearRequests()

    await pullChart(`${registry.host}/mychart:latest`, { concurrency: 1 })

    expect(Math.max(...registry.requests.map(({ wave }) => wave))).toBe(3)
  })
})
