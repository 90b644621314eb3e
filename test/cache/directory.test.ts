import { describe, expect, test } from 'vitest'
import { createDirectory } from '../../src/cache/directory.js'

const LATER = 1000

describe('a full directory', () => {
  test('makes room by its least recently useful entry', () => {
    const directory = createDirectory(() => 3)
    for (const id of ['a', 'b', 'c']) expect(directory.put(id, LATER, 0)).toEqual([])
    directory.touch('a')
    expect(directory.put('d', LATER, 0)).toEqual(['b'])
    expect(directory.put('e', LATER, 0)).toEqual(['c'])
    expect(directory.size).toBe(3)
  })

  test('lets an entry whose time is over go before a live one', () => {
    const directory = createDirectory(() => 2)
    directory.put('live', LATER, 0)
    directory.put('over', 10, 0)
    expect(directory.put('new', LATER, 20)).toEqual(['over'])
  })

  test('shrinks when it may hold less', () => {
    let most = 4
    const directory = createDirectory(() => most)
    for (const id of ['a', 'b', 'c', 'd']) directory.put(id, LATER, 0)
    most = 2
    expect(directory.put('e', LATER, 0)).toEqual(['a', 'b', 'c'])
  })
})

test('an entry put again counts once and as new', () => {
  const directory = createDirectory(() => 2)
  directory.put('a', LATER, 0)
  directory.put('b', LATER, 0)
  expect(directory.put('a', LATER, 0)).toEqual([])
  expect(directory.put('c', LATER, 0)).toEqual(['b'])
})

test('what is over is found and forgotten', () => {
  const directory = createDirectory(() => 10)
  directory.put('a', 10, 0)
  directory.put('b', 20, 0)
  expect(directory.expire(15)).toEqual(['a'])
  expect(directory.size).toBe(1)
  expect(directory.drop('a')).toBe(false)
})
