import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { createGateMemory, createOccupiedGateMemory, NativeGate } from '../../src/inference/native-gate.js'

describe('a gate', () => {
  test('is not empty while somebody is inside', async () => {
    const gate = new NativeGate(createGateMemory())
    expect(gate.isEmpty).toBe(true)
    const value = await gate.pass(async () => {
      expect(gate.isEmpty).toBe(false)
      return 7
    })
    expect(value).toBe(7)
    expect(gate.isEmpty).toBe(true)
  })

  test('lets out who fails inside', async () => {
    const gate = new NativeGate(createGateMemory())
    await expect(gate.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(gate.isEmpty).toBe(true)
  })

  test('lets nobody in when it is shut', async () => {
    const gate = new NativeGate(createGateMemory())
    let leave = () => {}
    const inside = gate.pass(() => new Promise<void>((resolve) => (leave = resolve)))
    gate.shut()
    let hasEntered = false
    gate
      .pass(async () => {
        hasEntered = true
      })
      .catch(() => {})
    expect(gate.isEmpty).toBe(false)
    leave()
    await inside
    expect(gate.isEmpty).toBe(true)
    expect(hasEntered).toBe(false)
  })

  test('makes another thread wait until it is empty', async () => {
    const memory = createGateMemory()
    const gate = new NativeGate(memory)
    const worker = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads')
       const state = new Int32Array(workerData)
       Atomics.add(state, 0, 1)
       parentPort.postMessage('inside')
       setTimeout(() => { Atomics.sub(state, 0, 1); Atomics.notify(state, 0) }, 50)`,
      { eval: true, workerData: memory },
    )
    await new Promise((resolve) => worker.once('message', resolve))
    gate.shut()
    expect(gate.isEmpty).toBe(false)
    gate.waitUntilEmpty(10_000)
    expect(gate.isEmpty).toBe(true)
    await worker.terminate()
  })
})

test('a thread that starts is inside until it says that it has left', () => {
  const gate = new NativeGate(createOccupiedGateMemory())
  expect(gate.isEmpty).toBe(false)
  gate.leave()
  expect(gate.isEmpty).toBe(true)
})
