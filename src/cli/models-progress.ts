import type { WriteStream } from 'node:tty'
import { Presets, SingleBar } from 'cli-progress'
import type { PullEvent } from '../model-registry/pull.js'
import { formatMegabytes } from './models-list.js'

/** Without a terminal: a line for each tenth. */
const LINES = 10

export interface PullProgress {
  onEvent(event: PullEvent): void
  /** To be called on every way out, so that what comes next starts on a line of its own. */
  end(): void
}

/** Shows how a pull gets on: a bar on a terminal, lines elsewhere. */
export function createPullProgress(name: string, output: NodeJS.WritableStream | WriteStream): PullProgress {
  const isTerminal = 'isTTY' in output && output.isTTY
  const show = isTerminal ? barOn(output, name) : linesOn(output, name)
  return {
    onEvent(event) {
      switch (event.kind) {
        case 'progress':
          return show.progress(event.receivedBytes, event.totalBytes)
        case 'retry':
          return show.note(`${event.path}: ${event.reason}; another try in ${(event.waitMs / 1000).toFixed(1)} s`)
        case 'waiting':
          return show.note(`${event.holder} is fetching it; waiting`)
      }
    },
    end: show.end,
  }
}

interface Display {
  progress(receivedBytes: number, totalBytes: number): void
  note(text: string): void
  end(): void
}

function barOn(output: NodeJS.WritableStream, name: string): Display {
  const bar = new SingleBar(
    {
      stream: output,
      format: `${name} [{bar}] {percentage} %  {received} of {size}`,
    },
    Presets.legacy,
  )
  let isStarted = false
  const stop = (): void => {
    if (isStarted) bar.stop()
    isStarted = false
  }
  return {
    progress(receivedBytes, totalBytes) {
      const texts = { received: formatMegabytes(receivedBytes), size: formatMegabytes(totalBytes) }
      if (isStarted) return bar.update(receivedBytes, texts)
      bar.start(totalBytes, receivedBytes, texts)
      isStarted = true
    },
    note(text) {
      stop()
      output.write(`${name}: ${text}\n`)
    },
    end: stop,
  }
}

function linesOn(output: NodeJS.WritableStream, name: string): Display {
  let shownTenth = -1
  return {
    progress(receivedBytes, totalBytes) {
      const tenth = Math.floor((receivedBytes / totalBytes) * LINES)
      if (tenth === shownTenth) return
      shownTenth = tenth
      output.write(`${name}: ${formatMegabytes(receivedBytes)} of ${formatMegabytes(totalBytes)}\n`)
    },
    note: (text) => void output.write(`${name}: ${text}\n`),
    end() {},
  }
}
