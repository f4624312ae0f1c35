/** TypeScript: each version with each `moduleResolution`, with and without the types of Node. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cell } from './cell.js'
import type { Consumer } from './consumer.js'

const VERSIONS = ['5.6', '5.9', '6.0', '7.0']
/** For each `moduleResolution`, the `module` that goes with it. */
const MODULES = { node: 'es2022', node16: 'node16', nodenext: 'nodenext', bundler: 'esnext' }

/** A module in CommonJS that imports ES modules. */
const EARLY = `import { type Digest, digestOf } from 'oras-helm/oras'
export const digest: Digest = digestOf(new Uint8Array())
`

export function typescriptCells({ folder, run, tool }: Consumer): readonly Cell[] {
  return VERSIONS.flatMap((version) =>
    Object.entries(MODULES)
      .filter(([resolution]) => resolution !== 'node' || version !== '7.0')
      .flatMap(([resolution, module]) =>
        [true, false].map((hasNode): Cell => {
          const title = `TypeScript ${version}, ${resolution}, ${hasNode ? 'with' : 'without'} the types of Node`
          return {
            title,
            run: async () => {
              const project = join(folder, title.replaceAll(/\W+/g, '-'))
              mkdirSync(project)
              const files = ['../types.ts']
              if (module.startsWith('node')) files.push('../late.cts')
              if (module === 'nodenext' && version !== '5.6') {
                writeFileSync(join(project, 'early.cts'), EARLY)
                files.push('early.cts')
              }
              const config = {
                compilerOptions: {
                  module,
                  moduleResolution: resolution,
                  target: 'es2022',
                  // The DOM has AbortSignal, which Node's types have too.
                  lib: hasNode ? ['es2023'] : ['es2023', 'dom'],
                  types: hasNode ? ['node'] : [],
                  strict: true,
                  exactOptionalPropertyTypes: true,
                  noEmit: true,
                  skipLibCheck: false,
                  // TypeScript's own libraries do not belong to us.
                  skipDefaultLibCheck: true,
                  ...(version === '6.0' && resolution === 'node' && { ignoreDeprecations: '6.0' }),
                },
                files,
              }
              writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config))
              await run(process.execPath, [tool(`typescript-${version}`, 'tsc'), '-p', project])
            },
          }
        }),
      ),
  )
}
