/** The package in a test of Jest. */
import * as main from 'oras-helm'
import * as oras from 'oras-helm/oras'
import * as testing from 'oras-helm/testing'
import { pushAndPull } from './push-and-pull.mjs'

test('pushes and pulls', async () => {
  await expect(pushAndPull({ main, oras, testing }, process.env.CHART)).resolves.toBeUndefined()
}, 60_000)
