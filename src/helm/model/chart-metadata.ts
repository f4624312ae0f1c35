/** The metadata of a chart: what Chart.yaml says, after Helm's own rules for reading it. */

/** One entry of `maintainers`. */
export interface ChartMaintainer {
  readonly name?: string
  readonly email?: string
  readonly url?: string
}

/** One entry of `dependencies`. */
export interface ChartDependency {
  readonly name: string
  /** A range of versions. */
  readonly version?: string
  /** Where the chart comes from; empty for one that is kept in `charts/`. */
  readonly repository: string
  readonly condition?: string
  readonly tags?: readonly string[]
  readonly enabled?: boolean
  /** Texts, or objects with `child` and `parent`. */
  readonly 'import-values'?: readonly unknown[]
  readonly alias?: string
}

/**
 * What Chart.yaml says. Fields that are empty in the file are absent here, and unknown ones are dropped, as in Helm.
 *
 * @see https://helm.sh/docs/topics/charts/#the-chartyaml-file
 */
export interface ChartMetadata {
  readonly name: string
  readonly home?: string
  readonly sources?: readonly string[]
  readonly version: string
  readonly description?: string
  readonly keywords?: readonly string[]
  readonly maintainers?: readonly ChartMaintainer[]
  readonly icon?: string
  /** `v1` or `v2`; Helm checks only that there is one, and takes a missing one for `v1`. */
  readonly apiVersion: string
  readonly condition?: string
  readonly tags?: string
  readonly appVersion?: string
  readonly deprecated?: boolean
  readonly annotations?: Readonly<Record<string, string>>
  readonly kubeVersion?: string
  readonly dependencies?: readonly ChartDependency[]
  /** `application` or `library`. */
  readonly type?: string
}

/** The type of a field in Go, which decides what a YAML value may become in it. */
export type FieldType = 'text' | 'flag' | 'time' | 'texts' | 'textMap' | 'values' | StructType

/** A Go struct, or a list of them where it is the type of a field. */
export interface StructType {
  readonly goName: string
  /** In the order of the struct, which is the order in Helm's JSON. */
  readonly fields: Readonly<Record<string, FieldType>>
  /** Fields that are written even if they are empty. */
  readonly always?: readonly string[]
}

const MAINTAINER: StructType = { goName: 'Maintainer', fields: { name: 'text', email: 'text', url: 'text' } }

const DEPENDENCY: StructType = {
  goName: 'Dependency',
  fields: {
    name: 'text',
    version: 'text',
    repository: 'text',
    condition: 'text',
    tags: 'texts',
    enabled: 'flag',
    'import-values': 'values',
    alias: 'text',
  },
  always: ['name', 'repository'],
}

/** Chart.yaml, as Helm declares it. */
export const METADATA: StructType = {
  goName: 'Metadata',
  fields: {
    name: 'text',
    home: 'text',
    sources: 'texts',
    version: 'text',
    description: 'text',
    keywords: 'texts',
    maintainers: MAINTAINER,
    icon: 'text',
    apiVersion: 'text',
    condition: 'text',
    tags: 'text',
    appVersion: 'text',
    deprecated: 'flag',
    annotations: 'textMap',
    kubeVersion: 'text',
    dependencies: DEPENDENCY,
    type: 'text',
  },
}

/** Chart.lock, as Helm declares it. */
export const LOCK: StructType = {
  goName: 'Lock',
  fields: { generated: 'time', digest: 'text', dependencies: DEPENDENCY },
}
