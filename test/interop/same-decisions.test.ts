/**
 * Random charts with one or two oddities: the library must accept, pack and push what Helm accepts, packs and pushes.
 * `SEED` draws the same charts again.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { askHelm, compareDecisions, decide, type OwnDecision } from './decide-both.js'
import { BUILD_TIMEOUT, describeWithPeer } from './describe-with-peer.js'
import { type Difference, findDiffering, isKnown } from './is-known.js'
import { HELM_LOADER, installPeer, PEERS, peerPath, peerVersion } from './peers.js'
import { KNOWN_DIFFERENCES } from './known-differences.js'
import { drawSamples, SEEDS } from '../support/seeds.js'
import { randomChart, showChart, titleChart, writeChart } from './random-chart.js'

const CHARTS = process.env['INTEROP_LONG'] ? 2000 : 200

const drawn = drawSamples(randomChart, CHARTS)
const charts = [...drawn, ...KNOWN_DIFFERENCES.map(({ example }) => example)]

type Answers = readonly Readonly<Record<'helm3' | 'helm4', Difference>>[]
let answers: Promise<Answers> | undefined
const folder = await mkdtemp(join(tmpdir(), 'oras-helm-interop-'))
afterAll(() => rm(folder, { recursive: true, force: true }), 300_000)

for (const helm of ['helm3', 'helm4'] as const) {
  let found: Answers
  const ask = async (): Promise<void> => {
    // One process answers for both.
    answers ??= decideAll()
    found = await answers
  }

  describeWithPeer(PEERS[helm], 'the same decisions about random charts', () => {
    beforeAll(ask, BUILD_TIMEOUT)

    it.each(drawn.map((chart, at) => [at, titleChart(chart)] as const))('chart %i, %s', (at) => {
      const { chart, own, verdict, outcomes } = answer(found, at, helm)
      if (findDiffering(outcomes).length === 0) return
      if (isKnown(KNOWN_DIFFERENCES, helm, { chart, own, verdict, outcomes })) return
      const decisions = `We: ${own.refusal ?? 'accepted'}\nHelm: ${verdict.theirs.refusal ?? 'accepted'}`
      expect(outcomes.ours, `SEED=${SEEDS.join()}\n${decisions}\n${showChart(chart)}`).toEqual(outcomes.theirs)
    })
  })

  describeWithPeer(PEERS[helm], 'other decisions, on purpose', () => {
    beforeAll(ask, BUILD_TIMEOUT)

    const examples = KNOWN_DIFFERENCES.map((difference, index) => ({ difference, at: CHARTS + index }))
    const own = examples.filter(({ difference }) => ['both', helm].includes(difference.helm))
    it.each(own.map((each) => [each.difference.name, each] as const))('%s', (_, { difference, at }) => {
      const given = answer(found, at, helm)
      expect(findDiffering(given.outcomes)).not.toEqual([])
      expect(isKnown([difference], helm, given)).toBe(true)
    })
  })
}

function answer(found: Answers, at: number, helm: 'helm3' | 'helm4'): Difference {
  const given = found[at]
  if (!given) throw new Error(`Helm's code has not answered about chart ${at}`)
  return given[helm]
}

async function decideAll(): Promise<Answers> {
  await checkVersions()
  installPeer(HELM_LOADER)
  const written: { readonly path: string; readonly own: OwnDecision }[] = []
  for (const [at, chart] of charts.entries()) {
    const path = await writeChart(chart, join(folder, String(at)))
    written.push({ path, own: await decide(path) })
  }
  const asked = written.map(({ path, own }) => ({ path, ours: own.archive }))
  const verdicts = await askHelm(peerPath(HELM_LOADER), asked)

  const refused = verdicts.slice(0, CHARTS).filter(({ helm3 }) => helm3.theirs.refusal !== undefined).length
  console.log(`random charts: SEED=${SEEDS.join()}, Helm 3 refuses ${refused} of ${CHARTS}`)
  // With fewer, they would prove little.
  expect(refused / CHARTS, 'the share of charts that Helm refuses').toBeGreaterThan(0.2)
  expect(refused / CHARTS, 'the share of charts that Helm refuses').toBeLessThan(0.8)

  return charts.map((chart, at) => {
    const own = written[at]?.own ?? {}
    const compare = (helm: 'helm3' | 'helm4'): Difference => {
      const verdict = verdicts[at]?.[helm] ?? { theirs: {} }
      return { chart, own, verdict, outcomes: compareDecisions(chart.kind, own, verdict) }
    }
    return { helm3: compare('helm3'), helm4: compare('helm4') }
  })
}

/** The Go program must use the versions of Helm in whose columns its answers are counted. */
async function checkVersions(): Promise<void> {
  const module = await readFile(join(import.meta.dirname, 'helm-loader/go.mod'), 'utf8')
  for (const [name, peer] of [['v3', PEERS.helm3] as const, ['v4', PEERS.helm4] as const]) {
    expect(module).toContain(`helm.sh/helm/${name} ${peerVersion(peer)}\n`)
  }
}
