/** Other versions of Node, installed by npm. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Missing } from './cell.js'

const found = new Map<string, Promise<string>>()

/** The path of a Node: `24`, or `22.12.0`. @throws {Missing} if npm cannot install it. */
export function findNode(version: string): Promise<string> {
  const path = found.get(version) ?? install(version)
  found.set(version, path)
  return path
}

async function install(version: string): Promise<string> {
  const args = [
    'exec',
    '--yes',
    '--prefer-offline',
    `--package=node@${version}`,
    '--',
    'node',
    '-p',
    'process.execPath',
  ]
  try {
    const { stdout } = await promisify(execFile)('npm', args)
    return stdout.trim()
  } catch (error) {
    throw new Missing(`npm did not bring Node ${version}: ${(error as Error).message.split('\n').at(-1)}`)
  }
}
