/**
 * The metadata of a chart: the fields of Chart.yaml and Chart.lock. The tables below are Helm's Go structs; the decoder,
 * the encoder and the public types follow from them.
 */

/** The type of a field, which decides how a YAML value is decoded into it. */
export type FieldType = keyof FieldValues | StructType

/** A Go struct; as the type of a field, a list of such structs. */
export interface StructType {
  /** The name of the struct in Go, for messages. */
  readonly goName: string
  /** The fields in the order of the Go struct, which is the order in Helm's JSON. */
  readonly fields: Readonly<Record<string, FieldType>>
  /** Fields that are written even if they are empty. */
  readonly always?: readonly string[]
  /** Fields without which Helm refuses a chart. */
  readonly required?: readonly string[]
}

const MAINTAINER = {
  goName: 'Maintainer',
  fields: {
    /** The name of a person or an organization. */
    name: 'text',
    /** The e-mail address. */
    email: 'text',
    /** The URL of a home page. */
    url: 'text',
  },
} as const

const DEPENDENCY = {
  goName: 'Dependency',
  fields: {
    /** The name of the chart, in its Chart.yaml. */
    name: 'text',
    /** A version or a range of versions: `^1.2.3`. */
    version: 'text',
    /** The URL of the repository, `https://` or `oci://`; empty for a chart that is kept in `charts/`. */
    repository: 'text',
    /** The paths of values that enable or disable the chart, separated by commas: `redis.enabled`. */
    condition: 'text',
    /** Tags by which values enable or disable several charts together. */
    tags: 'texts',
    /** Whether the chart is enabled; Helm sets it from `condition` and `tags`. */
    enabled: 'flag',
    /** The values that the parent takes over: texts, or objects with `child` and `parent`. */
    'import-values': 'values',
    /** The name under which the chart is used. */
    alias: 'text',
  },
  always: ['name', 'repository'],
} as const

/** Chart.yaml, as Helm declares it. */
export const METADATA = {
  goName: 'Metadata',
  fields: {
    /** The name of the chart. */
    name: 'text',
    /** The URL of the project's home page. */
    home: 'text',
    /** The URLs of the source code. */
    sources: 'texts',
    /** The version of the chart, a semantic version. */
    version: 'text',
    /** A description in one sentence. */
    description: 'text',
    /** Words by which the chart is found. */
    keywords: 'texts',
    /** The people who maintain the chart. */
    maintainers: MAINTAINER as typeof MAINTAINER,
    /** The URL of an icon, or the icon as a data URL. */
    icon: 'text',
    /** `v1` or `v2`; Helm checks only that it is not empty, and takes a missing one for `v1`. */
    apiVersion: 'text',
    /** The paths of values that enable or disable the chart. */
    condition: 'text',
    /** Tags by which values enable or disable the chart. */
    tags: 'text',
    /** The version of the application that the chart installs. */
    appVersion: 'text',
    /** Whether the chart is deprecated. */
    deprecated: 'flag',
    /** Further data about the chart, by key. */
    annotations: 'textMap',
    /** The range of Kubernetes versions that the chart supports. */
    kubeVersion: 'text',
    /** The charts that this chart needs. */
    dependencies: DEPENDENCY as typeof DEPENDENCY,
    /** `application` or `library`. */
    type: 'text',
  },
  required: ['name', 'version', 'apiVersion'],
} as const

/** Chart.lock, as Helm declares it. */
export const LOCK = {
  goName: 'Lock',
  fields: {
    /** When the lock was written. */
    generated: 'time',
    /** The digest of the declared and the locked dependencies. */
    digest: 'text',
    /** The dependencies, each with its exact version. */
    dependencies: DEPENDENCY as typeof DEPENDENCY,
  },
} as const

/** An entry of `maintainers` in Chart.yaml. */
export interface ChartMaintainer extends Struct<typeof MAINTAINER> {}

/** An entry of `dependencies` in Chart.yaml or Chart.lock. */
export interface ChartDependency extends Struct<typeof DEPENDENCY> {}

/**
 * The fields of Chart.yaml. As in Helm, empty fields are absent and unknown ones are dropped.
 *
 * @see https://helm.sh/docs/topics/charts/#the-chartyaml-file
 */
export interface ChartMetadata extends Struct<typeof METADATA> {}

/** A struct that has been decoded and checked: empty fields are absent, except those that the table names. */
export type Struct<Type extends StructType> = {
  readonly [Field in keyof Type['fields'] as Field extends Present<Type> ? Field : never]: FieldValue<
    Type['fields'][Field]
  >
} & {
  readonly [Field in keyof Type['fields'] as Field extends Present<Type> ? never : Field]?: FieldValue<
    Type['fields'][Field]
  >
}

/** The fields that are present in every struct of a type. */
type Present<Type extends StructType> =
  | (Type extends { readonly always: readonly (infer Name)[] } ? Name : never)
  | (Type extends { readonly required: readonly (infer Name)[] } ? Name : never)

/** The value of a field. Structs have their public names here, which the compiler and editors show. */
export type FieldValue<Type> = Type extends keyof FieldValues
  ? FieldValues[Type]
  : Type extends typeof MAINTAINER
    ? readonly ChartMaintainer[]
    : Type extends typeof DEPENDENCY
      ? readonly ChartDependency[]
      : never

interface FieldValues {
  text: string
  flag: boolean
  /** RFC 3339. */
  time: string
  texts: readonly string[]
  textMap: Readonly<Record<string, string>>
  values: readonly unknown[]
}
