/**
 * The conformance suite of the distribution specification, on the embedded registry: every case of it is a test here.
 * The cases that the suite leaves out must be exactly those of the lists here.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { expect, it } from 'vitest'
import { startRegistry, type TestRegistryOptions } from '../../src/testing/index.js'
import { describeWithPeer } from './describe-with-peer.js'
import { installPeer, peerMissing, peerPath, PEERS } from './peers.js'

interface Profile {
  readonly check: string
  readonly settings: Readonly<Record<string, string>>
  readonly registry?: TestRegistryOptions
  /** Parts of the suite that are switched off. */
  readonly off?: readonly string[]
  /** Cases that are not run, in the order of the report. */
  readonly left?: readonly string[]
}

const login = { username: 'ada', password: 'lovelace' }

const PROFILES: readonly Profile[] = [
  {
    check: 'profile 1.1',
    settings: { OCI_VERSION: '1.1' },
    // Not in version 1.1 of the specification, and so switched off by the profile; "dev" has them.
    off: ['Blob upload cancel', 'Manifest put with tag params', 'Sparse Manifests', 'Tag Param', 'Tag Param sha512'],
    left: ['sha256 blobs/post cancel/blob-post-cancel', 'sha512 blobs/post cancel/blob-post-cancel'],
  },
  { check: 'profile dev', settings: { OCI_VERSION: 'dev' }, off: ['Sparse Manifests'] },
  {
    check: 'profile dev, with sparse manifests and a login',
    settings: {
      OCI_VERSION: 'dev',
      OCI_DATA_SPARSE: 'true',
      OCI_USERNAME: login.username,
      OCI_PASSWORD: login.password,
    },
    registry: { sparse: true, auth: { scheme: 'bearer', ...login } },
  },
]

interface Case {
  /** With a number behind it, where the suite has several of that name. */
  readonly title: string
  /** `passed`, `skipped`, `failure` or `error`. */
  readonly status: string
  readonly reason: string
}

interface Verdict {
  readonly code: number
  readonly summary: string
  /** What the suite says of each of its parts: `Pass`, `FAIL`, `Skip`, `Disabled`. */
  readonly parts: Readonly<Record<string, string>>
  readonly cases: readonly Case[]
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', '#34': '"', '#39': "'", '#xA': '\n' }

const NOTHING: Verdict = { code: 0, summary: '', parts: {}, cases: [] }
const missing = peerMissing(PEERS.conformance)
// The cases are known when the suite has run, and tests have to be named before any of them runs.
if (!missing) installPeer(PEERS.conformance)

for (const { check, settings, registry, off = [], left = [] } of PROFILES) {
  const { code, summary, parts, cases } = missing ? NOTHING : await runSuite(settings, registry)
  const run = cases.filter(({ status }) => status !== 'skipped')

  describeWithPeer(PEERS.conformance, check, () => {
    it('the suite ends without failures', () => {
      expect([code, summary]).toEqual([0, expect.stringContaining('<testsuites ')])
      expect(summary).not.toMatch(/ (?:failures|errors|skipped)="[1-9]/)
    })

    it('only the cases that the profile leaves out are skipped', () => {
      expect(Object.keys(parts).filter((part) => parts[part] !== 'Pass')).toEqual(off)
      expect(Object.values(parts).filter((status) => status === 'Pass').length).toBeGreaterThan(0)
      expect(cases.filter((each) => !run.includes(each)).map(({ title }) => title)).toEqual(left)
    })

    it.each(run)('$title', ({ status, reason }) => {
      expect([status, reason]).toEqual(['passed', ''])
    })
  })
}

/** Runs the suite on a new registry, and reads its report. */
async function runSuite(settings: Profile['settings'], options: TestRegistryOptions = {}): Promise<Verdict> {
  const results = await mkdtemp(join(tmpdir(), 'oras-helm-interop-'))
  const registry = await startRegistry(options)
  try {
    const env = { HOME: results, OCI_REGISTRY: registry.host, OCI_TLS: 'disabled', OCI_RESULTS_DIR: results }
    const code = await new Promise<number>((resolve) => {
      const limits = { cwd: results, env: { ...env, ...settings }, maxBuffer: Infinity }
      const suite = execFile(peerPath(PEERS.conformance), limits, () => resolve(suite.exitCode ?? -1))
    })
    const report = await readFile(join(results, 'junit.xml'), 'utf8')
    const { apis, data } = load(await readFile(join(results, 'results.yaml'), 'utf8')) as Record<string, object>
    const summary = /<testsuites[^>]*>/.exec(report)?.[0] ?? ''
    return { code, summary, parts: { ...apis, ...data } as Verdict['parts'], cases: readReport(report) }
  } finally {
    await registry.close()
    await rm(results, { recursive: true, force: true })
  }
}

/** Reads JUnit's XML as the suite writes it: whatever could be taken for a tag is escaped. */
function readReport(report: string): readonly Case[] {
  const seen = new Map<string, number>()
  const found = report.matchAll(/<testcase name="[^"/]*\/([^"]*)"[^>]* status="([^"]*)">([^]*?)<\/testcase>/g)
  return [...found].map(([, name = '', status = '', output = '']) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    const [, reason = ''] = /<system-out>([^]*?)<\/system-out>/.exec(output) ?? []
    return { title: unescape(count === 1 ? name : `${name} (${count})`), status, reason: unescape(reason) }
  })
}

function unescape(text: string): string {
  return text.replaceAll(/&([^;]+);/g, (escaped, name: string) => ENTITIES[name] ?? escaped)
}
