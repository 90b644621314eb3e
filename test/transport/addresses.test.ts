import { describe, expect, test } from 'vitest'
import { parseSendQueues } from '../../src/transport/kernel-send-queue.js'
import { plainAddress, renderAddress } from '../../src/transport/peer-address.js'
import { parseRequestTarget } from '../../src/transport/request-target.js'

describe('addresses of clients', () => {
  test.each([
    ['0a000001', '10.0.0.1'],
    ['00000000000000000000ffff7f000001', '127.0.0.1'],
    ['00000000000000000000000000000001', '::1'],
    ['20010db8000000000000000000000000', '2001:db8::'],
    ['20010db8000000010002000300040005', '2001:db8:0:1:2:3:4:5'],
    ['20010db8000000010000000000000001', '2001:db8:0:1::1'],
    ['00000000000000000000000000000000', '::'],
    ['', ''],
  ])('%s is %s', (hex, text) => {
    expect(renderAddress(Buffer.from(hex, 'hex'))).toBe(text)
  })

  test('of IPv4 clients on a socket for both are IPv4', () => {
    expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1')
    expect(plainAddress('::1')).toBe('::1')
  })
})

describe('the send queues of the kernel', () => {
  test('are read from its tables, for our port only', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:1F90 0100007F:C6B2 01 0003D090:00000000 01:00000015 00000000     0        0 1 1 0 20 4 30 10 -1',
      '   1: 0100007F:0050 0100007F:C6B3 01 00000001:00000000 00:00000000 00000000     0        0 1 1 0 20 4 30 10 -1',
      '   2: 00000000000000000000000001000000:1F90 00000000000000000000000001000000:C6B4 01 00000002:00000000 00:0',
      '   3: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000A00000A:C6B5 01 00000003:00000000 00:0',
    ].join('\n')
    expect([...parseSendQueues(table, 8080)]).toEqual([
      ['127.0.0.1 50866', 250_000],
      ['::1 50868', 2],
      ['10.0.0.10 50869', 3],
    ])
  })
})

describe('a request target', () => {
  test.each([
    ['/', '/', ''],
    ['/a%2Fb?x=1?y', '/a%2Fb', 'x=1?y'],
    ['/a?', '/a', ''],
    ['http://example.com/a?b', '/a', 'b'],
    ['HTTPS://example.com:8080?b', '/', 'b'],
    ['http://example.com', '/', ''],
    ['//a/b', '//a/b', ''],
    ['*', '*', ''],
  ])('%s has the path %s and the query %s', (target, path, query) => {
    expect(parseRequestTarget(target)).toEqual({ path, query })
  })
})
