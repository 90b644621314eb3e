/** How many threads to start: `auto` leaves one core to the event loop, and never less than one thread. */
export function threadCount(threads: 'auto' | number, cores: number): number {
  return threads === 'auto' ? Math.max(1, cores - 1) : threads
}
