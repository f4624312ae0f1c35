/**
 * The layers of the library, lowest first. A part may import parts of the layers below its own; parts of one layer never
 * import each other. docs/architecture.md shows this table.
 */
export interface Part {
  /** A folder of `src`, or a file in it without `.ts`. */
  readonly name: string
  readonly holds: string
  /** The parts that it may import, if not all of the layers below. */
  readonly only?: readonly string[]
}

const part = (name: string, holds: string, only?: readonly string[]): Part => ({ name, holds, ...(only && { only }) })

/** What every part of `helm/` below the facades may import from `oras/`: no network, no login, no store. */
const VALUES = ['oras/errors', 'oras/turns', 'oras/signals', 'oras/oci']

export const LAYERS: readonly (readonly Part[])[] = [
  [
    part(
      'oras/errors',
      'the error classes of ORAS, their codes, text made safe for messages, and the checks of arguments and options',
    ),
  ],
  [
    part('oras/events', 'the types of all events'),
    part('oras/environment', 'the one file that reads environment variables'),
    part('oras/turns', 'turns of the event loop between pieces of long work'),
    part(
      'oras/folder-handle',
      'a folder in which nothing is reached by a path that another program can turn elsewhere',
    ),
    part('oras/signals', 'what follows a signal: waiting and streams that it ends, and tidying up that it cuts short'),
  ],
  [
    part('oras/remove-from-folder', 'removes what lies in a folder, through no link'),
    part('oras/warn', 'gives a warning to a listener, or to the process'),
  ],
  [part('oras/oci', 'values: reference, digest, descriptor, content, manifest, media types, the JSON of Go; no I/O')],
  [part('oras/lock', 'one at a time in a folder, and what is left there by a process that was killed')],
  [
    part('oras/tar', 'tar and gzip, read and written safely', ['oras/errors', 'oras/turns', 'oras/oci']),
    part('oras/http', 'one request and its answer: connections, retry, TLS, proxy; knows no registry', [
      'oras/errors',
      'oras/events',
      'oras/environment',
      'oras/warn',
      'oras/turns',
      'oras/signals',
      'oras/oci',
    ]),
    part('oras/credentials', 'logins: what they are, and where Docker and Podman keep them; no HTTP', [
      'oras/errors',
      'oras/environment',
      'oras/signals',
      'oras/oci',
      'oras/lock',
    ]),
  ],
  [
    part('oras/store', 'the interfaces Source, ContentStore and Target; memory and files', [
      'oras/errors',
      'oras/signals',
      'oras/oci',
      'oras/lock',
      'oras/tar',
    ]),
  ],
  [
    part('oras/registry', 'Repository: connection and URL policy, login, upload, tags, manifests', [
      'oras/errors',
      'oras/events',
      'oras/turns',
      'oras/signals',
      'oras/oci',
      'oras/http',
      'oras/credentials',
      'oras/store',
    ]),
    part('oras/graph', 'copy: which contents are missing, in which order they go, how many at once', [
      'oras/errors',
      'oras/events',
      'oras/turns',
      'oras/signals',
      'oras/oci',
      'oras/store',
    ]),
  ],
  [
    part('oras/login-registry', 'checks a login at the registry, then keeps it'),
    part('oras/logout-registry', 'removes a login from where it is kept'),
  ],
  [part('oras/index', 'the entry point `oras-helm/oras`')],
  [part('helm/model', 'a chart as a value, its metadata and limits, paths, media types', VALUES)],
  [
    part('helm/yaml', 'YAML as go-yaml reads it', [...VALUES, 'helm/model']),
    part('helm/version', 'versions and ranges as Masterminds reads them, and as tags', [...VALUES, 'helm/model']),
  ],
  [
    part('helm/metadata', 'Chart.yaml and Chart.lock: decode, validate, format', [
      ...VALUES,
      'helm/model',
      'helm/yaml',
      'helm/version',
    ]),
    part('helm/folder', 'the files of a chart: walk, .helmignore, unpack, place on disk', [
      ...VALUES,
      'oras/signals',
      'oras/folder-handle',
      'oras/signals',
      'oras/remove-from-folder',
      'oras/lock',
      'oras/tar',
      'helm/model',
    ]),
  ],
  [
    part('helm/load', 'charts: read, create, check, override, pack', [
      ...VALUES,
      'oras/folder-handle',
      'oras/tar',
      'helm/model',
      'helm/version',
      'helm/metadata',
      'helm/folder',
    ]),
  ],
  [
    part('helm/artifact', 'layers and charts: layerize, find, resolve, assemble, describe', [
      ...VALUES,
      'oras/events',
      'oras/tar',
      'helm/model',
      'helm/version',
      'helm/metadata',
      'helm/folder',
      'helm/load',
    ]),
  ],
  [part('helm/dependencies', 'dependencies that a chart declares', [...VALUES, 'helm/model', 'helm/version'])],
  [part('helm/helm-credentials', 'logins that Helm keeps')],
  [part('helm/default-credentials', "where a chart's login is looked for")],
  [part('helm/chart-connection', 'the connection options of a call for charts')],
  [part('helm/open-chart', 'what the facades that read have in common')],
  [
    part('helm/push-chart', 'facade: a chart becomes an artifact in a registry'),
    part('helm/pull-chart', 'facade: an artifact becomes a chart in memory or on disk'),
    part('helm/inspect-chart', 'facade: what a registry knows of a chart, without its files'),
    part('helm/read-chart-file', 'facade: one file of a chart'),
    part('helm/list-chart-versions', 'facade: the versions of a chart'),
  ],
  [part('index', 'the entry point `oras-helm`')],
]

/** Next to the layers: published as `oras-helm/testing`, uses `oras/`, and no other part of `src` imports it. */
export const TESTING: readonly Part[] = [
  part('testing/registry', 'the embedded registry'),
  part('testing/contract', 'the rules that every Target keeps'),
  part('testing/index', 'the entry point `oras-helm/testing`'),
]

/** What `registry` and `graph` may know of `store`: the interfaces. */
export const STORE_INTERFACES = 'oras/store/target.ts'
