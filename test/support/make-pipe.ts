/** Makes a pipe that nobody writes to, or skips the test where there are none. */
import { execFileSync } from 'node:child_process'

export function makePipe(path: string, skip: (reason: string) => void): void {
  try {
    execFileSync('mkfifo', [path])
  } catch {
    skip('there is no mkfifo on this machine')
  }
}
