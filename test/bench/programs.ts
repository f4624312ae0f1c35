/** The programs that the benchmark measures against. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { installJudge, JUDGES, judgeMissing, judgePath, judgeVersion } from '../interop/judges.js'

const PROGRAMS = { helm3: JUDGES.helm3, helm4: JUDGES.helm4, oras: JUDGES.oras, skopeo: JUDGES.skopeo }

export interface Programs {
  readonly helm3: string
  readonly helm4: string
  readonly oras: string
  readonly skopeo: string
  /** A program of the benchmark itself, made of the library that ORAS is made of. */
  readonly orasGo: string
}

/**
 * Builds those that are in Go, and gives the paths of all.
 *
 * @throws {Error} that names what this machine lacks.
 */
export function installPrograms(folder: string): Programs {
  for (const judge of Object.values(PROGRAMS)) {
    const missing = judgeMissing(judge)
    if (missing) throw new Error(`The benchmark measures against ${judge.title}, but ${missing}.`)
    installJudge(judge)
  }
  const orasGo = join(folder, 'oras-go')
  execFileSync('go', ['build', '-mod=readonly', '-o', orasGo, '.'], { cwd: join(import.meta.dirname, 'oras-go') })
  return {
    helm3: judgePath(PROGRAMS.helm3),
    helm4: judgePath(PROGRAMS.helm4),
    oras: judgePath(PROGRAMS.oras),
    skopeo: judgePath(PROGRAMS.skopeo),
    orasGo,
  }
}

export function listVersions(): string {
  return Object.values(PROGRAMS)
    .map((judge) => `${judge.title} ${judgeVersion(judge)}`)
    .join(', ')
}
