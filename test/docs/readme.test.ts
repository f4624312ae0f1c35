/** The README: short, and clear about who reads what. */
import { expect, it } from 'vitest'
import { readPage } from './find-blocks.js'

const { text } = readPage('README.md')
const lines = text.split('\n')

it('is at most 150 lines long', () => {
  expect(lines.length - 1).toBeLessThanOrEqual(150)
})

it('shows on its first screen how to install it, both calls, and who reads what', () => {
  const screen = lines.slice(0, 40).join('\n')
  expect(screen).toContain('npm install oras-helm')
  expect(screen).toContain("pushChart('mychart', 'oci://localhost:5000/charts')")
  expect(screen).toContain("pushChart('mychart', 'localhost:5000/mychart:latest')")
  expect(screen).toContain("Nobody's Helm reads these")
})
