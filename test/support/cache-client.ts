/** Asks a gateway's simulator, and its admin paths about the cache. */
export interface CacheClient {
  ask(question: string, options?: AskOptions): Promise<Answered>
  /** Ids of all entries that are listed now. */
  entries(): Promise<readonly string[]>
  /** All entries with what they hold. */
  exported(): Promise<readonly ExportedEntry[]>
  post(path: string, body: object): Promise<unknown>
}

export interface ExportedEntry {
  readonly id: string
  readonly about: object
  readonly semantic: object | null
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly model?: string
}

export interface Answered {
  readonly status: number
  /** `HIT`, `MISS` … */
  readonly cache: string | null
  readonly kind: string | null
  readonly entry: string | null
  /** What the assistant said; undefined where there was no answer. */
  readonly content: string | undefined
}

/** @param directive put before every question, so that the simulator does not take its time */
export function createCacheClient(url: string, directive = '[[sim ttft=0 gap=0 tokens=20]] '): CacheClient {
  return {
    async ask(question, { headers = {}, model = 'sim-small' } = {}) {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: directive + question }] }),
      })
      const header = (name: string) => response.headers.get(`x-llmrouter-${name}`)
      const answer = JSON.parse(await response.text())
      return {
        status: response.status,
        cache: header('cache'),
        kind: header('cache-kind'),
        entry: header('entry'),
        content: answer.choices?.[0]?.message.content,
      }
    },
    async entries() {
      const ids: string[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const response = await fetch(`${url}/cache/entries?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`)
        // Our own answer.
        const page = (await response.json()) as { entries: { id: string }[]; next_cursor: string | null }
        ids.push(...page.entries.map(({ id }) => id))
        cursor = page.next_cursor
      }
      return ids
    },
    async exported() {
      const text = await (await fetch(`${url}/cache/export`)).text()
      const lines = text.split('\n').filter((line) => line !== '')
      return lines.map((line) => JSON.parse(line))
    },
    async post(path, body) {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return response.json()
    },
  }
}
