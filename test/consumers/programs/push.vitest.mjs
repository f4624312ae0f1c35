/** The package in a test of Vitest. */
import * as main from 'oras-helm'
import * as oras from 'oras-helm/oras'
import * as testing from 'oras-helm/testing'
import { expect, it } from 'vitest'
import { pushAndPull } from './push-and-pull.mjs'

it('pushes and pulls', async () => {
  await expect(pushAndPull({ main, oras, testing }, process.env.CHART)).resolves.toBeUndefined()
}, 60_000)
