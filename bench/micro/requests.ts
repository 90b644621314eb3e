/** Requests as clients write them: one turn of 1 KB, and a long tool loop. */

const SENTENCE = 'Consider the following notes on a long journey, “quoted” in part, and say what matters most.\n'
const TURNS = 12
const TOOLS = 8

const PARAMETERS = {
  type: 'object',
  properties: {
    city: { type: 'string', description: 'Name of the city, with its country where that is not plain.' },
    unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
    days: { type: 'integer' },
  },
  required: ['city'],
  additionalProperties: false,
}

const shortTurn = { role: 'user', content: SENTENCE.repeat(11) }

/** The same in both dialects. */
export const shortRequest = JSON.stringify({ model: 'bench', messages: [shortTurn], max_tokens: 1024, stream: true })

export const openaiLong = JSON.stringify({
  model: 'bench',
  max_tokens: 1024,
  stream: true,
  tools: toolNames().map((name) => ({
    type: 'function',
    function: { name, description: SENTENCE, parameters: PARAMETERS },
  })),
  messages: [
    { role: 'system', content: SENTENCE.repeat(10) },
    ...turnNumbers().flatMap((n) => [
      { role: 'user', content: SENTENCE.repeat(3) },
      {
        role: 'assistant',
        content: SENTENCE,
        tool_calls: [
          { id: `call_${n}`, type: 'function', function: { name: 'tool_0', arguments: '{"city":"Lisbon","days":3}' } },
        ],
      },
      { role: 'tool', tool_call_id: `call_${n}`, content: SENTENCE.repeat(4) },
      { role: 'assistant', content: SENTENCE.repeat(2) },
    ]),
    { role: 'user', content: SENTENCE },
  ],
})

export const anthropicLong = JSON.stringify({
  model: 'bench',
  max_tokens: 1024,
  stream: true,
  tools: toolNames().map((name) => ({ name, description: SENTENCE, input_schema: PARAMETERS })),
  system: SENTENCE.repeat(10),
  messages: [
    ...turnNumbers().flatMap((n) => [
      { role: 'user', content: SENTENCE.repeat(3) },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: SENTENCE },
          { type: 'tool_use', id: `call_${n}`, name: 'tool_0', input: { city: 'Lisbon', days: 3 } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: `call_${n}`, content: SENTENCE.repeat(4) }] },
      { role: 'assistant', content: SENTENCE.repeat(2) },
    ]),
    { role: 'user', content: SENTENCE },
  ],
})

function toolNames(): readonly string[] {
  return Array.from({ length: TOOLS }, (_, n) => `tool_${n}`)
}

function turnNumbers(): readonly number[] {
  return Array.from({ length: TURNS }, (_, n) => n)
}
