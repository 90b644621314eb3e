import type { Scenario } from './scenarios.js'

/**
 * @param wanted names, or beginnings of names of which no scenario has one alone; empty: all
 * @throws Error when there is none of these
 */
export function chooseScenarios(wanted: readonly string[], all: readonly Scenario[]): readonly Scenario[] {
  if (wanted.length === 0) return all
  const isWanted = (name: string, one: string): boolean =>
    all.some((scenario) => scenario.name === one) ? name === one : name.startsWith(one)
  const chosen = all.filter(({ name }) => wanted.some((one) => isWanted(name, one)))
  if (chosen.length > 0) return chosen
  throw new Error(`No such scenario; there are ${all.map(({ name }) => name).join(', ')}.`)
}
