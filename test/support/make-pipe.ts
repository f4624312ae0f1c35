/** Makes a pipe without a writer, or skips the test on a system without pipes. */
import { execFileSync } from 'node:child_process'

export function makePipe(path: string, skip: (reason: string) => void): void {
  try {
    execFileSync('mkfifo', [path])
  } catch {
    skip('there is no mkfifo on this machine')
  }
}
