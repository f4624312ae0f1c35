/** Requires the package, and pushes the chart whose folder is given. */
const main = require('oras-helm')
const oras = require('oras-helm/oras')
const testing = require('oras-helm/testing')

import('./push-and-pull.mjs')
  .then(({ pushAndPull }) => pushAndPull({ main, oras, testing }, process.argv[2], process.argv[3]))
  .then(
    () => {
      console.log('pushed and pulled')
      process.exit()
    },
    (error) => {
      console.error(error)
      process.exit(1)
    },
  )
