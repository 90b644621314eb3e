import { expect, test } from 'vitest'
import { cleanMessage } from '../../src/providers/clean-message.js'

test.each([
  'invalid x-api-key: sk-ant-api03-Secret_d-123',
  'Incorrect key sk-se***cret given',
  'Wrong value near gsk_Secret1234567890, see the docs.',
  'Bad key AIzaSySecret567890abcdefghijklmnopqrstuv in request',
  'Token ya29.secretsecret',
  'Token AQ.secretsecret',
  'bad header Authorization: Bearer secret.secret',
  'bad header authorization: Basic c2VjcmV0secret=',
  'api_key=planted-secret-1 is wrong',
  'API key provided: secret1.',
  'x-goog-api-key: "secret1"',
  'key=secretsecretsecret was refused',
  'no such key: secret123',
  'ask sk-ant-admin@Secret.example for access',
  'Contact secret@secret.iam.gserviceaccount.com',
  'not allowed (org: Secret1)',
  'not allowed for org-Secret1',
  'not allowed for proj_Secret123',
  'in workspace wrkspc_Secret123',
  'not allowed for 5ec2e700-0000-4000-8000-000000000000'.replace('5ec2e7', 'abc123'),
  'the organization "Secret Ltd" is over',
  'the organisation “Secret Ltd” is over',
  'Your organization Secret Ltd is over',
  "in project 'secret'",
  'the team `secret` has no access',
  'See https://console.example/apis/overview?project=secret-123456 and retry',
  "Consumer 'project_number:secret123456' has been suspended",
  'Quota exceeded for project secret-123456',
  'Quota exceeded for projects/secret-app/locations/global',
  'Project #secret123 disabled',
  '{"project_id": "secret"}',
])('takes out what is a key or names the account: %s', (message) => {
  const clean = cleanMessage(message)
  expect(clean).toContain('[redacted]')
  expect(clean).not.toMatch(/secret|abc123/i)
})

test.each([
  "messages.0.content.1.image.source.base64.data: The image is not valid for 'user_location'.",
  'Unknown name "additionalProperties" at \'tools[0].function_declarations[0].parameters\': Cannot find field.',
  'Invalid JSON payload received. Unknown name "input": Cannot find field.',
  "Unknown name 'project' at 'tools[0].account': Cannot find field.",
  'Unexpected key: additionalProperties',
  'metadata.account: Extra inputs are not permitted',
  "Unsupported value: 'temperature' must be 1 for this model.",
  'projection_dim must be 768, found 512',
])('keeps what names the mistake: %s', (message) => {
  expect(cleanMessage(message)).toBe(message)
})

test.each([
  "[{'type': 'missing', 'loc': ('body', 'n'), 'input': {'content': 'my prompt'}}]",
  '[{"type":"missing","input":{"content":"my prompt"}}]',
  "Field required [type=missing, input_value={'content': 'my prompt'}, input_type=dict]",
])('ends before a validator quotes the prompt: %s', (message) => {
  expect(cleanMessage(message)).toMatch(/missing/)
  expect(cleanMessage(message)).not.toContain('my prompt')
})

test('gives one short line without control characters', () => {
  const clean = cleanMessage(`a\r\nb\u001b[31m${'x'.repeat(10_000)}`)
  expect(clean).toMatch(/^a b \[31mx+…$/)
  expect(clean).toHaveLength(1000)
})

test('misses no secret because the end of the line goes through it', () => {
  for (let before = 900; before < 1010; before += 1) {
    expect(cleanMessage(`${'x'.repeat(before)} org "Acme and Sons" more`)).not.toMatch(/Acme|Sons/)
  }
})

test('does not leave half a character at the end', () => {
  expect(cleanMessage('😀'.repeat(1000))).not.toMatch(/\p{Surrogate}/u)
  expect(cleanMessage(`x${'😀'.repeat(1000)}`)).not.toMatch(/\p{Surrogate}/u)
})

test.each([undefined, '', ' \n\t', "{'input': 'my prompt'}"])('of %j nothing is left', (message) => {
  expect(cleanMessage(message)).toBeUndefined()
})
