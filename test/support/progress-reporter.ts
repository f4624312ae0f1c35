/** A reporter for Vitest: without a terminal, it prints what runs at least every half minute. */
import { relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

const PATIENCE = 20_000

export class ProgressReporter implements Reporter {
  /** The files that run, and since when. */
  readonly #running = new Map<string, number>()
  #lastWord = Date.now()
  #timer: NodeJS.Timeout | undefined

  onTestRunStart(): void {
    if (!process.stdout.isTTY) this.#timer = setInterval(() => this.#speak(), PATIENCE / 2).unref()
  }

  onTestModuleStart({ moduleId }: TestModule): void {
    this.#running.set(moduleId, Date.now())
  }

  onTestModuleEnd({ moduleId }: TestModule): void {
    this.#running.delete(moduleId)
    this.#lastWord = Date.now()
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer)
  }

  #speak(): void {
    const now = Date.now()
    if (now - this.#lastWord < PATIENCE) return
    this.#lastWord = now
    const files = [...this.#running].map(
      ([path, start]) => `${relative(process.cwd(), path)} (${Math.round((now - start) / 1000)} s)`,
    )
    console.log(`still running: ${files.join(', ') || 'loading the next file'}`)
  }
}
