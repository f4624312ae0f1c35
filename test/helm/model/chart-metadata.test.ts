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

/** Writes the fields of a type as an editor shows them, in the order of their names. */
function showFields(name: string): readonly string[] {
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
    return `${field.name}${optional}: ${type}${comment && ` // ${comment}`}`
  })
  return shown.toSorted()
}

it.each([
  ['ChartMaintainer', ['email?: string', 'name?: string', 'url?: string']],
  [
    'ChartDependency',
    [
      'alias?: string',
      'condition?: string',
      'enabled?: boolean',
      'import-values?: readonly unknown[] // Texts, or objects with `child` and `parent`.',
      'name: string',
      'repository: string // Where the chart comes from; empty for one that is kept in `charts/`.',
      'tags?: readonly string[]',
      'version?: string // A range of versions.',
    ],
  ],
  [
    'ChartMetadata',
    [
      'annotations?: Readonly<Record<string, string>>',
      'apiVersion: string // `v1` or `v2`; Helm checks only that there is one, and takes a missing one for `v1`.',
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
      'type?: string // `application` or `library`.',
      'version: string',
    ],
  ],
])('%s has these fields', (name, fields) => {
  expect(showFields(name)).toEqual(fields)
})

/** The compiler checks these lines; they never run. */
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
