/**
 * The wanted level itself where `levels` has it, else the next lower one it has, else its lowest.
 * @param levels lowest first
 * @param order all levels there are, lowest first
 */
export function nearestLevel<All extends string, Some extends All>(
  wanted: All,
  levels: readonly Some[],
  order: readonly All[],
): Some | undefined {
  const rank = order.indexOf(wanted)
  return levels.findLast((level) => order.indexOf(level) <= rank) ?? levels[0]
}
