import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join, relative } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findHelper, runHelper } from '../../../src/oras/credentials/run-helper.js'
import { catchError } from '../../support/catch-error.js'
import { eventually } from '../../support/eventually.js'
import { makeHelpers } from '../../support/make-helpers.js'
import { skipOnWindows } from '../../support/skip-because.js'
import { makeFolder } from '../../support/make-folder.js'
import { setVariables } from '../../support/set-variables.js'

async function makeProgram(script: string): Promise<string> {
  return join(await makeHelpers({ test: script }), 'docker-credential-test')
}

describe.skipIf(skipOnWindows('runHelper()'))('runHelper()', () => {
  it('passes the program one argument and its input, and returns its output and exit code', async () => {
    const program = await makeProgram('printf "%s|%s|" "$#" "$1"; cat; exit 3')

    expect(await runHelper(program, 'get', 'https://ghcr.io', {})).toEqual({
      exitCode: 3,
      output: '1|get|https://ghcr.io',
    })
  })

  it('starts no shell for the argument', async () => {
    const program = await makeProgram('printf "%s" "$1"; cat')

    const { output } = await runHelper(program, '$(echo a); echo b', '`echo c`', {})

    expect(output).toBe('$(echo a); echo b`echo c`')
  })

  it('works with a program that does not read its input', async () => {
    const program = await makeProgram('exec <&-; echo done')

    expect(await runHelper(program, 'store', 'x'.repeat(1024 * 1024), {})).toEqual({ exitCode: 0, output: 'done\n' })
  })

  it('does not take what the program writes to stderr as output', async () => {
    const program = await makeProgram('cat >&2; echo done')

    expect((await runHelper(program, 'store', 's3cret', {})).output).toBe('done\n')
  })

  it('reports that the program crashed', async () => {
    expect(await runHelper(await makeProgram('kill -9 $$'), 'get', '', {})).toEqual({ exitCode: null, output: '' })
  })

  it('does not wait for processes that it leaves running with its output open', async () => {
    const program = await makeProgram('echo done; sleep 60 &')

    expect(await runHelper(program, 'get', '', { timeLimit: 20_000 })).toEqual({ exitCode: 0, output: 'done\n' })
  })

  it('ends a program that takes too long', async () => {
    const program = await makeProgram('sleep 1000')

    const error = await catchError(() => runHelper(program, 'get', '', { timeLimit: 50 }))

    expect(error.message).toBe('it did not end within 50 ms')
  })

  it('ends a program that does not stop writing', async () => {
    const program = await makeProgram('while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done')

    const error = await catchError(() => runHelper(program, 'get', '', {}))

    expect(error.message).toBe('it wrote more than 65536 bytes')
  })

  it('does not wait for a process that has left the group and keeps the output open', async () => {
    const program = await makeProgram(`setsid sh -c 'echo $$ >"$0.pid"; exec sleep 1000' "$0" & wait`)
    const controller = new AbortController()
    const running = catchError(() => runHelper(program, 'get', '', { signal: controller.signal }))
    const [pid = 0] = await readPids(program, 1)
    onTestFinished(() => void process.kill(pid, 'SIGKILL'))

    controller.abort()

    expect(await running).toBe(controller.signal.reason)
    expect(await isRunning(pid)).toBe(true)
  })

  it('ends a program, with all that it has started, when it is aborted, and rejects with the reason', async () => {
    const program = await makeProgram('sleep 1000 & echo $! >"$0.pid"; echo $$ >>"$0.pid"; wait')
    const controller = new AbortController()
    const running = catchError(() => runHelper(program, 'get', '', { signal: controller.signal }))
    const [child = 0, own = 0] = await readPids(program, 2)
    const reason = new Error('enough')

    controller.abort(reason)

    expect(await running).toBe(reason)
    expect(await isRunning(own)).toBe(false)
    await eventually(async () => expect(await isRunning(child)).toBe(false))
  })

  it('starts nothing if its signal has already aborted', async () => {
    const program = await makeProgram('echo >"$0.started"')
    const reason = new Error('enough')

    const error = await catchError(() => runHelper(program, 'get', '', { signal: AbortSignal.abort(reason) }))

    expect(error).toBe(reason)
    await expect(readFile(`${program}.started`)).rejects.toThrow('ENOENT')
  })

  it('passes on why a program cannot be started', async () => {
    const program = await makeProgram('')
    await writeFile(program, '#!/no/such/interpreter\n')

    expect((await catchError(() => runHelper(program, 'get', '', {}))).message).toContain('ENOENT')
  })
})

/** Waits until the program has written so many numbers of processes. */
async function readPids(program: string, count: number): Promise<readonly number[]> {
  return eventually(async () => {
    const text = await readFile(`${program}.pid`, 'utf8')
    // Without it, the last number may be incomplete.
    expect(text).toMatch(/\n$/)
    const lines = text.trim().split('\n').map(Number)
    expect(lines).toHaveLength(count)
    // An empty file reads as 0, and a signal to 0 ends the tests themselves.
    for (const pid of lines) expect(pid).toBeGreaterThan(1)
    return lines
  })
}

/** Whether a process runs; a zombie, which has ended, does not. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    return !/\) Z /.test(status)
  } catch {
    return false
  }
}

const NAME = 'docker-credential-test'

describe.skipIf(skipOnWindows('findHelper()'))('findHelper()', () => {
  it('finds the first program on the PATH, and skips what is not a program', async () => {
    const folder = await makeFolder()
    for (const name of ['a', 'b', 'c', 'd']) await mkdir(join(folder, name))
    await mkdir(join(folder, 'a', NAME))
    await writeFile(join(folder, 'b', NAME), '')
    for (const name of ['c', 'd']) {
      await writeFile(join(folder, name, NAME), '')
      await chmod(join(folder, name, NAME), 0o755)
    }
    setVariables({ PATH: ['none', 'a', 'b', 'c', 'd'].map((name) => join(folder, name)).join(delimiter) })

    expect(await findHelper(NAME)).toBe(join(folder, 'c', NAME))
  })

  it('ignores relative folders on the PATH', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, NAME), '')
    await chmod(join(folder, NAME), 0o755)
    setVariables({ PATH: `${delimiter}.${delimiter}${relative(process.cwd(), folder)}` })
    expect(await findHelper(NAME)).toBeUndefined()

    setVariables({ PATH: folder })
    expect(await findHelper(NAME)).toBe(join(folder, NAME))
  })

  it('finds nothing without a PATH', async () => {
    setVariables({ PATH: undefined })

    expect(await findHelper(NAME)).toBeUndefined()
  })
})
