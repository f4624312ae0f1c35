/** The public types that are derived from the tables: each field with its type, its optionality and its comment. */
import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import type { ChartDependency, ChartMetadata } from '../../../src/helm/model/chart-metadata.js'

const FILE = join(import.meta.dirname, '../../../src/helm/model/chart-metadata.ts')

const program = ts.createProgram([FILE], {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  types: [],
})

/** A field as an editor shows it. */
interface ShownField {
  /** Its name and type. */
  readonly field: string
  readonly comment: string
}

/** Lists the fields of a type, in the order of their names. */
function showFields(name: string): readonly ShownField[] {
  const checker = program.getTypeChecker()
  const declaration = program
    .getSourceFile(FILE)
    ?.statements.find((statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name)
  if (!declaration) throw new Error(`${FILE} declares no ${name}`)
  const fields = checker.getTypeAtLocation(declaration).getProperties()
  const shown = fields.map((field) => {
    const optional = field.flags & ts.SymbolFlags.Optional ? '?' : ''
    const type = checker.typeToString(checker.getNonNullableType(checker.getTypeOfSymbol(field)))
    const comment = ts.displayPartsToString(field.getDocumentationComment(checker))
    return { field: `${field.name}${optional}: ${type}`, comment }
  })
  return shown.toSorted((a, b) => (a.field < b.field ? -1 : 1))
}

it.each([
  ['ChartMaintainer', ['email?: string', 'name?: string', 'url?: string']],
  [
    'ChartDependency',
    [
      'alias?: string',
      'condition?: string',
      'enabled?: boolean',
      'import-values?: readonly unknown[]',
      'name: string',
      'repository: string',
      'tags?: readonly string[]',
      'version?: string',
    ],
  ],
  [
    'ChartMetadata',
    [
      'annotations?: Readonly<Record<string, string>>',
      'apiVersion: string',
      'appVersion?: string',
      'condition?: string',
      'dependencies?: readonly ChartDependency[]',
      'deprecated?: boolean',
      'description?: string',
      'home?: string',
      'icon?: string',
      'keywords?: readonly string[]',
      'kubeVersion?: string',
      'maintainers?: readonly ChartMaintainer[]',
      'name: string',
      'sources?: readonly string[]',
      'tags?: string',
      'type?: string',
      'version: string',
    ],
  ],
])('%s has these fields', (name, fields) => {
  expect(showFields(name).map(({ field }) => field)).toEqual(fields)
})

it.each(['ChartMaintainer', 'ChartDependency', 'ChartMetadata'])(
  'an editor shows a comment on each field of %s',
  (name) => {
    expect(showFields(name).filter(({ comment }) => !/^[A-Z`].*\.$/.test(comment))).toEqual([])
  },
)

/** The compiler checks these lines; they are never run. */
export function assignFields(metadata: ChartMetadata, dependency: ChartDependency): void {
  // @ts-expect-error a field that is always there is readonly
  metadata.name = 'other'
  // @ts-expect-error a field that may be missing is readonly
  metadata.type = 'library'
  // @ts-expect-error the list is readonly
  metadata.dependencies?.push(dependency)
  // @ts-expect-error a field of a nested struct is readonly
  dependency.alias = 'other'
}
