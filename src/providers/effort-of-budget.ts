/** Budgets and levels do not correspond exactly; this is the nearest that Google's own layer for OpenAI clients comes. */
export function effortOfBudget(tokens: number): 'low' | 'medium' | 'high' {
  if (tokens <= 1024) return 'low'
  return tokens <= 8192 ? 'medium' : 'high'
}
