/** Traffic such as a busy day brings: repeats, rewordings, easy and hard prompts, rewards of a cache, and failures. */
export interface MixedLoad {
  /** Resolves when what was asked has been answered. */
  stop(): Promise<void>
}

interface Ask {
  readonly model: string
  readonly prompt: string
  readonly directives: string
}

const QUESTIONS = [
  'How do I reset my password?',
  'how can i reset my password',
  'What is the capital of Australia?',
  'what is the capital of australia ?',
  'Translate "good morning" into French.',
  'Write a haiku about the sea.',
  'Prove that the square root of two is irrational, and generalise the proof to every prime.',
  'Design a lock-free queue in C++ and argue why it is linearizable under the memory model.',
  'Summarise the causes of the First World War in three sentences.',
  'Derive the time complexity of median-of-medians and compare it with introselect on adversarial inputs.',
  'What time is it in Tokyo when it is noon in Berlin?',
  'Find the bug: for (let i = 0; i <= list.length; i++) sum += list[i]',
  'Which vitamins are in oranges?',
  'List three uses for vinegar.',
]
const MODELS = ['auto', 'auto', 'auto', 'sim-small', 'sim-large']

/** @param random from 0 to 1 */
export function startMixedLoad(url: string, clients: number, random: () => number): MixedLoad {
  let isOver = false
  let asked = 0
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]

  function next(): Ask {
    asked += 1
    const topic = pick(QUESTIONS) ?? ''
    const isNew = random() < 0.4
    return {
      model: pick(MODELS) ?? 'auto',
      prompt: isNew ? `${topic} (case ${asked})` : topic,
      directives: isNew ? directivesFor(random()) : 'tokens=60 ttft=120 gap=6',
    }
  }

  async function client(): Promise<void> {
    while (!isOver) {
      await askOnce(url, next())
      await new Promise((resolve) => setTimeout(resolve, 50 + random() * 500))
    }
  }

  const running = Array.from({ length: clients }, client)
  return {
    async stop() {
      isOver = true
      await Promise.all(running)
    },
  }
}

/** Mostly well, now and then slow, refused or broken. */
function directivesFor(chance: number): string {
  if (chance < 0.015) return 'status=429 retry_after=1'
  if (chance < 0.025) return 'tokens=40 ttft=90 gap=4 error=12'
  if (chance < 0.15) return 'tokens=120 ttft=420 gap=14'
  return `tokens=${20 + Math.floor(chance * 60)} ttft=${60 + Math.floor(chance * 90)} gap=6`
}

async function askOnce(url: string, { directives, model, prompt }: Ask): Promise<void> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      stream: true,
      messages: [{ role: 'user', content: `${prompt} [[sim ${directives}]]` }],
    }),
  })
  await response.text()
}
