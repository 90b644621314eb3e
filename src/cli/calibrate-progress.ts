import type { WriteStream } from 'node:tty'
import { Presets, SingleBar } from 'cli-progress'

export interface StageProgress {
  onProgress(stage: string, done: number, total: number): void
  /** To be called on every way out; calling it again does nothing. */
  end(): void
}

/** A bar for each stage on a terminal; a line at its start and end elsewhere. */
export function createStageProgress(output: NodeJS.WritableStream | WriteStream): StageProgress {
  return 'isTTY' in output && output.isTTY ? barsOn(output) : linesOn(output)
}

function barsOn(output: NodeJS.WritableStream): StageProgress {
  let stage: string | undefined
  let bar: SingleBar | undefined
  const end = (): void => {
    bar?.stop()
    bar = undefined
    stage = undefined
  }
  return {
    onProgress(name, done, total) {
      if (name !== stage) {
        end()
        const format = `${name} [{bar}] {value} of {total}, {eta_formatted} left`
        bar = new SingleBar({ stream: output, format, etaBuffer: 100 }, Presets.legacy)
        bar.start(total, done)
        stage = name
      }
      bar?.update(done)
    },
    end,
  }
}

function linesOn(output: NodeJS.WritableStream): StageProgress {
  let stage: string | undefined
  return {
    onProgress(name, _done, total) {
      if (name !== stage) output.write(`${name}: ${total}\n`)
      stage = name
    },
    end() {},
  }
}
