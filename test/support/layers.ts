/**
 * The layers of the library, lowest first. A room may import rooms of the layers below its own; rooms of one layer never
 * import each other. docs/architecture.md shows this table.
 */
export interface Room {
  /** A folder of `src`, or a file in it without `.ts`. */
  readonly name: string
  readonly holds: string
  /** The rooms that it may import, where that is less than all of the layers below. */
  readonly only?: readonly string[]
}

const room = (name: string, holds: string, only?: readonly string[]): Room => ({ name, holds, ...(only && { only }) })

/** What every room of `helm/` below the facades may use of `oras/`: no network, no login, no store. */
const VALUES = ['oras/errors', 'oras/turns', 'oras/signals', 'oras/oci']

export const LAYERS: readonly (readonly Room[])[] = [
  [
    room(
      'oras/errors',
      'the error classes of ORAS, their codes, text made safe for messages, and the checks of arguments and options',
    ),
  ],
  [
    room('oras/events', 'the types of all events'),
    room('oras/environment', 'the one file that reads environment variables'),
    room('oras/turns', 'turns of the event loop between pieces of long work'),
    room(
      'oras/folder-handle',
      'a folder in which nothing is reached by a path that another program can turn elsewhere',
    ),
    room('oras/signals', 'what follows a signal: waiting and streams that it ends, and tidying up that it cuts short'),
  ],
  [
    room('oras/remove-from-folder', 'removes what lies in a folder, through no link'),
    room('oras/warn', 'gives a warning to a listener, or to the process'),
  ],
  [room('oras/oci', 'values: reference, digest, descriptor, content, manifest, media types, the JSON of Go; no I/O')],
  [room('oras/lock', 'one at a time in a folder, and what is left there by a process that was killed')],
  [
    room('oras/tar', 'tar and gzip, read and written safely', ['oras/errors', 'oras/turns', 'oras/oci']),
    room('oras/http', 'one request and its answer: connections, retry, TLS, proxy; knows no registry', [
      'oras/errors',
      'oras/events',
      'oras/environment',
      'oras/warn',
      'oras/turns',
      'oras/signals',
      'oras/oci',
    ]),
    room('oras/credentials', 'logins: what they are, and where Docker and Podman keep them; no HTTP', [
      'oras/errors',
      'oras/environment',
      'oras/signals',
      'oras/oci',
      'oras/lock',
    ]),
  ],
  [
    room('oras/store', 'the interfaces Source, ContentStore and Target; memory and files', [
      'oras/errors',
      'oras/signals',
      'oras/oci',
      'oras/lock',
      'oras/tar',
    ]),
  ],
  [
    room('oras/registry', 'Repository: connection and URL policy, login, upload, tags, manifests', [
      'oras/errors',
      'oras/events',
      'oras/turns',
      'oras/signals',
      'oras/oci',
      'oras/http',
      'oras/credentials',
      'oras/store',
    ]),
    room('oras/graph', 'copy: which contents are missing, in which order they go, how many at once', [
      'oras/errors',
      'oras/events',
      'oras/turns',
      'oras/signals',
      'oras/oci',
      'oras/store',
    ]),
  ],
  [
    room('oras/login-registry', 'checks a login at the registry, then keeps it'),
    room('oras/logout-registry', 'removes a login from where it is kept'),
  ],
  [room('oras/index', 'the entry point `oras-helm/oras`')],
  [room('helm/model', 'a chart as a value, its metadata and limits, paths, media types', VALUES)],
  [
    room('helm/yaml', 'YAML as go-yaml reads it', [...VALUES, 'helm/model']),
    room('helm/version', 'versions and ranges as Masterminds reads them, and as tags', [...VALUES, 'helm/model']),
  ],
  [
    room('helm/metadata', 'Chart.yaml and Chart.lock: decode, validate, format', [
      ...VALUES,
      'helm/model',
      'helm/yaml',
      'helm/version',
    ]),
    room('helm/folder', 'the files of a chart: walk, .helmignore, unpack, place on disk', [
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
    room('helm/load', 'charts: read, create, check, override, pack', [
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
    room('helm/artifact', 'layers and charts: layerize, find, resolve, assemble, describe', [
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
  [room('helm/dependencies', 'dependencies that a chart declares', [...VALUES, 'helm/model', 'helm/version'])],
  [room('helm/helm-credentials', 'logins that Helm keeps')],
  [room('helm/default-credentials', "where a chart's login is looked for")],
  [room('helm/chart-connection', 'the connection options of a call for charts')],
  [room('helm/open-chart', 'what the facades that read have in common')],
  [
    room('helm/push-chart', 'facade: a chart becomes an artifact in a registry'),
    room('helm/pull-chart', 'facade: an artifact becomes a chart in memory or on disk'),
    room('helm/inspect-chart', 'facade: what a registry knows of a chart, without its files'),
    room('helm/read-chart-file', 'facade: one file of a chart'),
    room('helm/list-chart-versions', 'facade: the versions of a chart'),
  ],
  [room('index', 'the entry point `oras-helm`')],
]

/** Beside the layers: published as `oras-helm/testing`, uses `oras/`, and no other part of `src` imports it. */
export const TESTING: readonly Room[] = [
  room('testing/registry', 'the embedded registry'),
  room('testing/contract', 'the rules that every Target keeps'),
  room('testing/index', 'the entry point `oras-helm/testing`'),
]

/** What `registry` and `graph` may know of `store`: the interfaces. */
export const STORE_INTERFACES = 'oras/store/target.ts'
