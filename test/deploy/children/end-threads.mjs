// Loaded into a gateway by `--import`: SIGUSR2 ends one of its inference threads, as a crash would.
const threads = new Set()
process.on('worker', (worker) => {
  threads.add(worker)
  worker.once('exit', () => threads.delete(worker))
})
process.on('SIGUSR2', () => {
  // The threads of the cache's index have no way of their own to be ended.
  void [...threads].find((worker) => Object.hasOwn(worker, 'terminate'))?.terminate()
})
