/**
 * The metadata of a chart: what Chart.yaml and Chart.lock may say. The tables below are Helm's Go structs; reading and
 * writing follow them, and the public types are derived from them.
 */

/** The type of a field in Go, which decides what a YAML value may become in it. */
export type FieldType = keyof FieldValues | StructType

/** A Go struct, or a list of them where it is the type of a field. */
export interface StructType {
  readonly goName: string
  /** In the order of the struct, which is the order in Helm's JSON. */
  readonly fields: Readonly<Record<string, FieldType>>
  /** Fields that are written even if they are empty. */
  readonly always?: readonly string[]
  /** Fields without which Helm refuses a chart. */
  readonly required?: readonly string[]
}

const MAINTAINER = { goName: 'Maintainer', fields: { name: 'text', email: 'text', url: 'text' } } as const

const DEPENDENCY = {
  goName: 'Dependency',
  fields: {
    name: 'text',
    /** A range of versions. */
    version: 'text',
    /** Where the chart comes from; empty for one that is kept in `charts/`. */
    repository: 'text',
    condition: 'text',
    tags: 'texts',
    enabled: 'flag',
    /** Texts, or objects with `child` and `parent`. */
    'import-values': 'values',
    alias: 'text',
  },
  always: ['name', 'repository'],
} as const

/** Chart.yaml, as Helm declares it. */
export const METADATA = {
  goName: 'Metadata',
  fields: {
    name: 'text',
    home: 'text',
    sources: 'texts',
    version: 'text',
    description: 'text',
    keywords: 'texts',
    maintainers: MAINTAINER as typeof MAINTAINER,
    icon: 'text',
    /** `v1` or `v2`; Helm checks only that there is one, and takes a missing one for `v1`. */
    apiVersion: 'text',
    condition: 'text',
    tags: 'text',
    appVersion: 'text',
    deprecated: 'flag',
    annotations: 'textMap',
    kubeVersion: 'text',
    dependencies: DEPENDENCY as typeof DEPENDENCY,
    /** `application` or `library`. */
    type: 'text',
  },
  required: ['name', 'version', 'apiVersion'],
} as const

/** Chart.lock, as Helm declares it. */
export const LOCK = {
  goName: 'Lock',
  fields: { generated: 'time', digest: 'text', dependencies: DEPENDENCY as typeof DEPENDENCY },
} as const

/** One entry of `maintainers`. */
export interface ChartMaintainer extends Struct<typeof MAINTAINER> {}

/** One entry of `dependencies`. */
export interface ChartDependency extends Struct<typeof DEPENDENCY> {}

/**
 * What Chart.yaml says. Fields that are empty in the file are absent here, and unknown ones are dropped, as in Helm.
 *
 * @see https://helm.sh/docs/topics/charts/#the-chartyaml-file
 */
export interface ChartMetadata extends Struct<typeof METADATA> {}

/** What a struct becomes once it has been read and checked: empty fields are absent, unless the table says otherwise. */
export type Struct<Type extends StructType> = {
  readonly [Field in keyof Type['fields'] as Field extends Present<Type> ? Field : never]: FieldValue<
    Type['fields'][Field]
  >
} & {
  readonly [Field in keyof Type['fields'] as Field extends Present<Type> ? never : Field]?: FieldValue<
    Type['fields'][Field]
  >
}

/** The fields that every struct of a type has. */
type Present<Type extends StructType> =
  | (Type extends { readonly always: readonly (infer Name)[] } ? Name : never)
  | (Type extends { readonly required: readonly (infer Name)[] } ? Name : never)

/** What a field holds. Structs have names here, for messages of the compiler and for editors. */
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
