import { expect, test } from 'vitest'
import { GatewayError } from '../../src/core/errors.js'
import { redactKeys } from '../../src/relay/redact-keys.js'

const headers = { authorization: 'Bearer my_secret_key' }

test('a key is taken out of the message, and the rest of the error kept', () => {
  const error = new GatewayError('invalid_request', 'Not with my_secret_key.', { param: 'n', wireCode: 'bad_value' })
  const { message, param, wireCode } = redactKeys(error, headers)
  expect({ message, param, wireCode }).toEqual({ message: 'Not with [key].', param: 'n', wireCode: 'bad_value' })
})

test('a code that holds a key is not shown', () => {
  const error = new GatewayError('invalid_request', 'No.', { wireCode: 'bad_my_secret_key' })
  expect(redactKeys(error, headers)).toMatchObject({ message: 'No.', wireCode: null })
})
