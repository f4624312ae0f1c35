/** docs/errors.md and the error classes say the same: every code, its class, its fields. */
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { readPage } from './find-blocks.js'

interface ErrorClass {
  readonly name: string
  readonly code: string
  readonly fields: readonly string[]
}

const page = readPage('docs/errors.md').text
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...body] = section.split('\n')
      return [heading, body.join('\n')]
    }),
)
const classes = readClasses()

it('every code has a heading, and every heading that looks like a code is one', () => {
  const headings = [...sections.keys()].filter((heading) => heading.startsWith('ERR_'))
  expect(headings).toEqual(classes.map(({ code }) => code))
})

describe.each(classes)('$code', ({ name, code, fields }) => {
  it('names its class and its fields', () => {
    const section = sections.get(code) ?? ''
    expect([name, ...fields].filter((word) => !section.includes(`\`${word}\``))).toEqual([])
  })

  it('says when it comes and what to do', () => {
    expect(sections.get(code)).toMatch(/\*\*When\.\*\* [^]*\*\*Fields\.\*\* [^]*\*\*What to do\.\*\* /)
  })
})

it('README says how many codes there are', () => {
  expect(readPage('README.md').text).toContain(`a \`code\` out of ${classes.length}`)
})

it('the table of warnings has every code, and no other', () => {
  const events = ts.createSourceFile('', readPage('src/oras/events.ts').text, ts.ScriptTarget.Latest)
  const type = events.statements.filter(ts.isTypeAliasDeclaration).find(({ name }) => name.text === 'WarningCode')
  const codes = [...(type?.getText(events) ?? '').matchAll(/'(\w+)'/g)].map(([, code]) => code)
  const rows = [...(sections.get('Warnings') ?? '').matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code)
  expect(codes.length).toBeGreaterThan(0)
  expect(rows).toEqual(codes)
})

/** The classes that have a code: those of ORAS, in their order, with the one of charts after the reference's. */
function readClasses(): readonly ErrorClass[] {
  const [reference, ...others] = ['src/oras/errors/oci-error.ts', 'src/helm/model/invalid-chart-error.ts']
    .map((path) => ts.createSourceFile(path, readPage(path).text, ts.ScriptTarget.Latest))
    .map(findClasses)
  return [...(reference ?? []).slice(0, 1), ...others.flat(), ...(reference ?? []).slice(1)]
}

function findClasses(file: ts.SourceFile): readonly ErrorClass[] {
  return file.statements.filter(ts.isClassDeclaration).flatMap((declaration) => {
    const members = declaration.members.filter(ts.isPropertyDeclaration)
    const nameOf = (member: ts.PropertyDeclaration): string => (member.name as ts.Identifier).text
    const code = members.find((member) => nameOf(member) === 'code')?.initializer
    if (!code || !ts.isStringLiteral(code)) return []
    const fields = members.map(nameOf).filter((field) => field !== 'code' && field !== 'name')
    return [{ name: declaration.name?.text ?? '', code: code.text, fields }]
  })
}
