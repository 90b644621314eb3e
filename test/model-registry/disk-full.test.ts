import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { pullModel } from '../../src/model-registry/pull.js'
import { startFileServer } from './file-server.js'
import { CONTENTS, hosted, remoteModel, temporaryFolder } from './remote-model.js'

const PART = 'onnx/model.onnx.part'

/** A small file system of its own; undefined where this user may not mount one. */
function mountSmallDisk(): string | undefined {
  const folder = temporaryFolder()
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', folder], { stdio: 'ignore' })
  if (status !== 0) return undefined
  onTestFinished(() => void spawnSync('umount', [folder]))
  return folder
}

async function pullInto(folder: string): ReturnType<typeof pullModel> {
  const server = await startFileServer(hosted())
  onTestFinished(() => server.close())
  return pullModel({ model: remoteModel(server.url), folder, mirror: null })
}

test('a full disk is told as such; what fitted is kept, and the pull goes on when there is room', async ({ skip }) => {
  const disk = mountSmallDisk()
  if (disk === undefined) return skip('NOT TESTED: no small disk, since this user may not mount a tmpfs')
  const folder = join(disk, 'tiny-remote')
  await expect(pullInto(folder)).rejects.toMatchObject({
    code: 'disk',
    message: expect.stringMatching(/^The disk is full: .*model\.onnx\.part could not be written\. Make room/),
  })
  const { size } = statSync(join(folder, PART))
  expect(size).toBeGreaterThan(0)
  expect(
    readFileSync(join(folder, PART)).equals(CONTENTS.get('onnx/model.onnx')?.subarray(0, size) ?? Buffer.alloc(0)),
  ).toBe(true)
  spawnSync('mount', ['-o', 'remount,size=2m', disk])
  expect(await pullInto(folder)).toBe('pulled')
})

test('a device that is always full is told as such, and nothing is installed', async ({ skip }) => {
  if (process.platform !== 'linux') return skip('NOT TESTED: /dev/full is a file of Linux')
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'onnx'))
  symlinkSync('/dev/full', join(folder, PART))
  await expect(pullInto(folder)).rejects.toMatchObject({
    code: 'disk',
    message: expect.stringMatching(/^The disk is full/),
  })
  rmSync(join(folder, PART))
  expect(await pullInto(folder)).toBe('pulled')
})
