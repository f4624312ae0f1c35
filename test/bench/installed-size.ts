/** What an installation brings along. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MEBIBYTE, ROOT, run } from './measure.js'

/** The packages that are installed with this one, and the size of all in MiB. */
export async function measureInstallation(): Promise<{ readonly packages: number; readonly size: number }> {
  const { stdout } = await run('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: ROOT })
  const packages = stdout.trim().split('\n').slice(1)
  const own = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT })
  const [{ unpackedSize = 0 } = {}] = JSON.parse(own.stdout) as readonly { readonly unpackedSize?: number }[]
  const sizes = await Promise.all(packages.map(sizeOf))
  return { packages: packages.length, size: (unpackedSize + sizes.reduce((sum, each) => sum + each, 0)) / MEBIBYTE }
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size))
  return sizes.reduce((sum, each) => sum + each, 0)
}
