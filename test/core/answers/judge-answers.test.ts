import { expect, test } from 'vitest'
import { type JudgePorts, judgeAnswers } from '../../../src/core/answers/judge-answers.js'
import type { ChatResponse } from '../../../src/core/chat-response.js'

const answer = (text: string, finishReason: 'stop' | 'length' = 'stop'): ChatResponse => ({
  id: undefined,
  model: undefined,
  choices: [{ index: 0, parts: [{ type: 'text', text, path: '' }], finishReason }],
  usage: undefined,
})

function judge(kept: ChatResponse, fresh: ChatResponse, ports: Partial<JudgePorts> = {}) {
  const asked: string[] = []
  const ask = async (question: string) => {
    asked.push(question)
    return answer('They differ.\nVERDICT: DIFFERENT')
  }
  const prompts = ['Where is it?'] as const
  const judged = judgeAnswers({ kept, fresh, prompts }, { cosineOf: async () => 0.9, ask, ...ports })
  return judged.then((judgement) => ({ ...judgement, asked }))
}

test('what is exact is not asked about', async () => {
  expect(await judge(answer('Yes, it is.'), answer('No, it is not.'))).toMatchObject({ verdict: 'wrong', asked: [] })
  expect(await judge(answer('In Rome.'), answer('in rome'))).toMatchObject({ verdict: 'right', asked: [] })
})

test('a model decides where one may be asked, and sees both answers', async () => {
  const judged = await judge(answer('It is in the hall.'), answer('It stands outside, by the gate.'))
  expect(judged).toMatchObject({ verdict: 'wrong', noise: { wrongOfRight: 0.05, rightOfWrong: 0.05 } })
  expect(judged.asked).toEqual([expect.stringContaining('It stands outside, by the gate.')])
  expect(judged.asked[0]).toContain('Where is it?')
})

test('an answer that was cut is no ground for a verdict, and no reason to ask', async () => {
  const judged = await judge(answer('It is in', 'length'), answer('It stands outside, by the gate.'))
  expect(judged).toMatchObject({ verdict: 'unsure', asked: [] })
})

test('without a model likeness decides, and without vectors nobody can say', async () => {
  const [kept, fresh] = [answer('The key is in the hall.'), answer('The key is in the hall, I think.')]
  expect(await judge(kept, fresh, { ask: undefined, cosineOf: async () => 0.97 })).toMatchObject({
    verdict: 'right',
    noise: { wrongOfRight: 0.13, rightOfWrong: 0.29 },
  })
  expect(await judge(kept, fresh, { ask: undefined, cosineOf: async () => undefined })).toMatchObject({
    verdict: 'unsure',
  })
})
