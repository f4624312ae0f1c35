/** Imports the package, and pushes the chart whose folder is given; a second folder is one to write to. */
import * as main from 'oras-helm'
import * as oras from 'oras-helm/oras'
import * as testing from 'oras-helm/testing'
import { pushAndPull } from './push-and-pull.mjs'

// Without a top-level await, which a CommonJS bundle cannot contain.
pushAndPull({ main, oras, testing }, process.argv[2], process.argv[3]).then(
  () => {
    console.log('pushed and pulled')
    process.exit()
  },
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
