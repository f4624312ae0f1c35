/**
 * The peers: programs of other projects that the library is compared with, each in one version. Those in Go are built
 * into a cache outside of the repository; those of Debian are used as they are.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'

/** Outside of the repository: a clean clone finds there what an earlier clone built. */
const CACHE = join(process.env['ORAS_HELM_CACHE'] ?? join(homedir(), '.cache/oras-helm'), 'peers')

/** Clients push and pull, registries store, programs answer questions. */
export type PeerKind = 'client' | 'registry' | 'program'

export interface Peer {
  /** As it is called in docs/maintainers/compatibility.md. */
  readonly title: string
  readonly kind: PeerKind
  readonly source: GoModule | GoFolder | DebianPackage
}

/** For `go install`. */
interface GoModule {
  readonly type: 'module'
  /** The path of a package of main, and the version of its module. */
  readonly install: string
}

/** A small Go program of ours that calls a module of another project. */
interface GoFolder {
  readonly type: 'folder'
  /** The folder, next to this file. */
  readonly name: string
  readonly asks: string
}

interface DebianPackage {
  readonly type: 'debian'
  readonly command: string
  readonly name: string
}

const go = (install: string): GoModule => ({ type: 'module', install })
const goFolder = (name: string, asks: string): GoFolder => ({ type: 'folder', name, asks })
const debian = (name: string): DebianPackage => ({ type: 'debian', command: name, name })

const CRANE = go('github.com/google/go-containerregistry/cmd/crane@v0.22.1')

export const PEERS = {
  helm3: { title: 'Helm 3', kind: 'client', source: go('helm.sh/helm/v3/cmd/helm@v3.22.0') },
  helm4: { title: 'Helm 4', kind: 'client', source: go('helm.sh/helm/v4/cmd/helm@v4.3.1') },
  oras: { title: 'ORAS', kind: 'client', source: go('oras.land/oras/cmd/oras@v1.3.6') },
  crane: { title: 'crane', kind: 'client', source: CRANE },
  skopeo: { title: 'Skopeo', kind: 'client', source: debian('skopeo') },
  distribution2: { title: 'Distribution 2', kind: 'registry', source: debian('docker-registry') },
  distribution3: {
    title: 'Distribution 3',
    kind: 'registry',
    source: go('github.com/distribution/distribution/v3/cmd/registry@v3.1.2'),
  },
  craneRegistry: { title: 'crane registry serve', kind: 'registry', source: CRANE },
  cueRegistry: {
    title: 'CUE ocimem',
    kind: 'registry',
    source: goFolder('cue-registry', 'cuelabs.dev/go/oci/ociregistry'),
  },
  conformance: {
    title: 'OCI conformance suite',
    kind: 'program',
    source: go('github.com/opencontainers/distribution-spec/conformance@v0.0.0-20260831232431-97274622c111'),
  },
  semver: {
    title: 'Masterminds/semver',
    kind: 'program',
    source: goFolder('semver', 'github.com/Masterminds/semver/v3'),
  },
  goProxy: { title: "Go's httpproxy", kind: 'program', source: goFolder('no-proxy', 'golang.org/x/net') },
} as const satisfies Readonly<Record<string, Peer>>

/** Asks the code of both versions of Helm; its answers count in their columns. */
export const HELM_LOADER: Peer = {
  title: "Helm's own code",
  kind: 'program',
  source: goFolder('helm-loader', 'helm.sh/helm/v4'),
}

/** Says why a peer cannot be installed on this machine; `undefined` if it can. */
export function peerMissing({ source }: Peer): string | undefined {
  if (source.type === 'debian') {
    const { error } = spawnSync(source.command, ['--version'])
    return error && `${source.command} is not installed (Debian: apt-get install ${source.name})`
  }
  const { error, status } = spawnSync('go', ['version'])
  if (error || status !== 0) return '"go version" cannot be run (install Go: https://go.dev/doc/install)'
  return undefined
}

/** The path of a peer's program, also before it is installed. */
export function peerPath({ source }: Peer): string {
  if (source.type === 'debian') return source.command
  if (source.type === 'folder') return join(CACHE, source.name)
  const [path = '', version = ''] = source.install.split('@')
  return join(CACHE, `${basename(path)}-${version}`, basename(path))
}

/**
 * Builds a peer that is written in Go and not in the cache, and fetches the modules that this machine lacks.
 *
 * @throws {Error} with what the compiler says.
 */
export function installPeer(peer: Peer): void {
  const { source } = peer
  const path = peerPath(peer)
  if (source.type === 'folder') {
    const cwd = join(import.meta.dirname, source.name)
    build(path, (folder) =>
      execFileSync('go', ['build', '-mod=readonly', '-o', join(folder, basename(path)), '.'], { cwd }),
    )
  } else if (source.type === 'module' && !existsSync(path)) {
    build(path, (folder) => execFileSync('go', ['install', source.install], { env: { ...process.env, GOBIN: folder } }))
  }
}

/**
 * Has a program built in a folder of its own, and gives it its name when it is whole: another run may build the same, or
 * run what is there.
 */
function build(path: string, make: (folder: string) => void): void {
  mkdirSync(join(path, '..'), { recursive: true })
  const unfinished = mkdtempSync(join(CACHE, 'unfinished-'))
  try {
    make(unfinished)
    renameSync(join(unfinished, basename(path)), path)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** The version of a peer that is installed. */
export function peerVersion({ source }: Peer): string {
  if (source.type === 'module') return source.install.slice(source.install.indexOf('@') + 1)
  if (source.type === 'folder') {
    const args = ['list', '-mod=readonly', '-m', '-f', '{{.Version}}', source.asks]
    return execFileSync('go', args, { cwd: join(import.meta.dirname, source.name), encoding: 'utf8' }).trim()
  }
  const text = execFileSync(source.command, ['--version'], { encoding: 'utf8' })
  return /\d+\.\d+\.\d+\S*/.exec(text)?.[0] ?? text.trim()
}
