import { describe, expect, test } from 'vitest'
import { upstreamAt } from './observed-call.js'

describe('options that cannot work are refused, without a secret in the message', () => {
  test.each([
    ['api.example.test/v1', /baseUrl is not a URL/],
    ['ftp://example.test', /baseUrl must begin with http:\/\/ or https:\/\//],
    ['https://user:secret@example.test', /baseUrl of example\.test must not hold credentials/],
  ])('baseUrl %s', (baseUrl, message) => {
    expect(() => upstreamAt(baseUrl)).toThrow(message)
    expect(() => upstreamAt(baseUrl)).not.toThrow(/secret/)
  })

  test.each([
    ['localhost:3128', /proxy must begin with/],
    ['socks5://user:secret@localhost:1080', /proxy must begin with/],
    ['http://user:secret%zz@localhost:3128', /written as %25/],
    ['nothing', /proxy is not a URL/],
  ])('proxy %s', (proxy, message) => {
    expect(() => upstreamAt('https://example.test', { proxy })).toThrow(message)
    expect(() => upstreamAt('https://example.test', { proxy })).not.toThrow(/secret/)
  })

  test.each([
    [{ 'Content-Length': '3' }, /headers\.Content-Length is set by the gateway itself/],
    [{ 'accept-encoding': 'gzip' }, /headers\.accept-encoding is set by the gateway itself/],
    [{ 'x a': 'b' }, /'x a' is not a header name/],
    [{ 'x-key': 'secret\r\nx: y' }, /headers\.x-key holds a character/],
  ])('headers %o', (headers, message) => {
    expect(() => upstreamAt('https://example.test', { headers })).toThrow(message)
    expect(() => upstreamAt('https://example.test', { headers })).not.toThrow(/secret/)
  })
})
