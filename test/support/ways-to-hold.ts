/** The two ways to hold a folder open: by a descriptor with a path, and by its path. Linux supports both. */
import { existsSync } from 'node:fs'
import { onTestFinished } from 'vitest'

export const WAYS: readonly (readonly [way: string, platform: NodeJS.Platform])[] = [
  ...(existsSync('/proc/self/fd') ? [['where descriptors have paths', 'linux'] as const] : []),
  ['where descriptors have no paths', 'darwin'],
]

/** Makes the rest of a test run as on another system. */
export function pretendPlatform(platform: NodeJS.Platform): void {
  const own = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor
  Object.defineProperty(process, 'platform', { ...own, value: platform })
  onTestFinished(() => void Object.defineProperty(process, 'platform', own))
}
