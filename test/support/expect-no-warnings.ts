/** Fails the run where a test lets the library warn the process; a test that expects it replaces process.emitWarning. */
process.on('warning', (warning) => {
  if (warning.name === 'OrasHelmWarning') throw warning
})
