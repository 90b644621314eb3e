import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { HttpConnection } from '../../bench/load/http-connection.js'

const REQUEST = Buffer.from('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n')

const SIZED = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\nhello world'
const CHUNKED =
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n'

const HANG_UP = 'hang up'

let server: Server | undefined
afterEach(() => server?.close())

/** Answers each request with the next list of pieces, one write each. */
async function serverOf(answers: readonly (readonly string[])[]): Promise<number> {
  let next = 0
  server = createServer((socket) => {
    socket.setNoDelay(true)
    socket.on('data', async () => {
      for (const piece of answers[next++] ?? []) {
        if (piece === HANG_UP) socket.end()
        else socket.write(piece, 'latin1')
        await new Promise((resolve) => setImmediate(resolve))
      }
    })
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A listening TCP server's address is never a pipe's name.
  return (server.address() as AddressInfo).port
}

function exchange(connection: HttpConnection): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    connection.send(REQUEST, {
      onHead: (status, contentType) => {
        text += `${status} ${contentType}: `
      },
      onBody: (piece) => {
        text += piece
      },
      onEnd: () => resolve(text),
      onFailure: (reason) => resolve(`failed: ${reason}`),
    })
  })
}

test.each([SIZED, CHUNKED])('reads an answer wherever it is cut, again and again on one connection', async (answer) => {
  const cuts = Array.from({ length: answer.length }, (_, cut) => [answer.slice(0, cut), answer.slice(cut)])
  const connection = await HttpConnection.open(await serverOf(cuts))
  for (const _ of cuts) {
    expect(await exchange(connection)).toBe('200 application/json: hello world')
    expect(connection.usable).toBe(true)
  }
  connection.close()
})

test.each([
  ['a chunk size that is no number', [CHUNKED.replace('5\r\n', 'zz\r\n')]],
  ['the connection was closed', [CHUNKED.slice(0, -5), HANG_UP]],
  ['the connection was closed', [SIZED.slice(0, -1), HANG_UP]],
])('tells of an answer that breaks: %s', async (reason, pieces) => {
  const connection = await HttpConnection.open(await serverOf([pieces]))
  expect(await exchange(connection)).toBe(`failed: ${reason}`)
  expect(connection.usable).toBe(false)
  connection.close()
})

test('does not offer a connection again that the server closes', async () => {
  const port = await serverOf([[SIZED.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')]])
  const connection = await HttpConnection.open(port)
  expect(await exchange(connection)).toBe('200 application/json: hello world')
  expect(connection.usable).toBe(false)
})
