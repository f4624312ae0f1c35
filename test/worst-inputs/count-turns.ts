/** Reads a worst input, and counts what the reader does: no clock is looked at, so the numbers are the same on any machine. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { slices } from '../../src/oras/oci/byte-stream.js'
import { Turns } from '../../src/oras/turns.js'
import { type Answer, findAnswer, type Served, type WorstInput } from './worst-input.js'

/** What was counted. */
export interface Counted {
  /** How often the reader let the rest of the process have its turn. */
  readonly turns: number
  /** The most steps that were counted at once: no turn comes in between. */
  readonly steps: number
  /** The error, if the call was rejected. */
  readonly error: unknown
}

/**
 * Reads a row at a share of its limits, once. Nothing leaves the process.
 *
 * @param abort Aborts at so many turns, with a reason.
 */
export async function countTurns(
  { make }: WorstInput,
  share: number,
  abort?: { readonly at: number; readonly reason: Error },
): Promise<Counted> {
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-test-'))
  const { run } = await make(share, { folder, serve: async (answers) => serve(answers) })
  const controller = new AbortController()
  // They are called with the `this` that they would have had.
  // oxlint-disable-next-line typescript/unbound-method
  const { give, take } = Turns.prototype
  let [turns, steps] = [0, 0]
  const spies = [
    vi.spyOn(Turns.prototype, 'give').mockImplementation(async function (this: Turns) {
      turns += 1
      if (turns === abort?.at) controller.abort(abort.reason)
      return give.call(this)
    }),
    vi.spyOn(Turns.prototype, 'take').mockImplementation(function (this: Turns, count = 1) {
      steps = Math.max(steps, count)
      return take.call(this, count)
    }),
  ]
  try {
    const error: unknown = await run(controller.signal).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    return { turns, steps, error }
  } finally {
    for (const spy of spies) spy.mockRestore()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Answers without a server. */
function serve(answers: readonly Answer[]): Served {
  return {
    host: 'localhost:1',
    options: {
      credentials: 'anonymous',
      retry: false,
      fetch: async (url, { method, headers }) => {
        const { pathname, search } = new URL(url)
        const hasLogin = headers['authorization'] !== undefined
        const answer = findAnswer(answers, `${method} ${pathname}${search}`, hasLogin)
        const { status = 200, headers: given, body = '' } = answer
        return { status, headers: new Headers(given), body: slices(Buffer.from(body as string)) }
      },
    },
  }
}
