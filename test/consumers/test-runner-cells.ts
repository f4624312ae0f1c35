/** Vitest and Jest, the latter with the lines that docs/bundlers.md shows. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cell } from './cell.js'
import type { Consumer } from './consumer.js'
import { CHART } from './example-chart.js'
import { findNode } from './find-node.js'

export function testRunnerCells(consumer: Consumer): readonly Cell[] {
  return [...vitestCells(consumer), ...['29', '30'].flatMap((version) => jestCells(consumer, version))]
}

function vitestCells({ folder, run, tool }: Consumer): readonly Cell[] {
  const test = (version: string, findProgram: () => Promise<string>): Cell => ({
    title: `Vitest ${version}`,
    run: async () => {
      const project = createProject(folder, `vitest-${version}`, 'push.vitest.mjs', 'mjs')
      await run(await findProgram(), [tool(`vitest-${version}`, 'vitest'), 'run', '--root', project], { CHART })
    },
  })
  // Vitest 5 needs a newer Node than the package does.
  return [test('4', async () => process.execPath), test('5', () => findNode('24'))]
}

function jestCells({ folder, run, tool }: Consumer, version: string): readonly Cell[] {
  const jest = tool(`jest-${version}`, 'jest')
  return [
    {
      title: `Jest ${version}, --experimental-vm-modules`,
      run: async () => {
        const config = JSON.stringify({ rootDir: folder, testMatch: ['**/push.jest.mjs'], transform: {} })
        await run(process.execPath, [jest, '--config', config], { CHART, NODE_OPTIONS: '--experimental-vm-modules' })
      },
    },
    {
      title: `Jest ${version}, transformIgnorePatterns`,
      run: async () => {
        const project = createProject(folder, `jest-${version}`, 'push.jest.mjs', 'js')
        for (const file of ['jest.config.json', 'babel.config.json'])
          writeFileSync(join(project, file), readShown(file))
        await run(process.execPath, [jest, '--rootDir', project, '--config', join(project, 'jest.config.json')], {
          CHART,
        })
      },
    },
  ]
}

/** A project in a folder of its own, without a `type`, with a test in it and what that imports. */
function createProject(folder: string, name: string, test: string, extension: string): string {
  const project = join(folder, name)
  mkdirSync(project)
  for (const [from, to] of [
    [test, 'push.test'],
    ['push-and-pull.mjs', 'push-and-pull'],
  ] as const) {
    const text = readFileSync(join(folder, from), 'utf8').replace('./push-and-pull.mjs', `./push-and-pull.${extension}`)
    writeFileSync(join(project, `${to}.${extension}`), text)
  }
  writeFileSync(join(project, 'package.json'), '{ "private": true }')
  return project
}

/** A file as docs/bundlers.md shows it. */
function readShown(file: string): string {
  const page = readFileSync(join(import.meta.dirname, '../../docs/bundlers.md'), 'utf8')
  const [, text] = new RegExp(`^\`\`\`json ${file}\\n([^]*?)^\`\`\``, 'm').exec(page) ?? []
  if (text === undefined) throw new Error(`docs/bundlers.md shows no ${file}`)
  return text
}
