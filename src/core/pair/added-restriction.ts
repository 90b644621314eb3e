import type { ContentWord } from '../text/read-prompt.js'
import type { ContentOverlap } from './content-overlap.js'

/** Words of A's own behind a preposition or condition ("in India", "for kids", "if …") where B has nothing to add. */
export const restrictionOnlyInA = ({ onlyInA, onlyInB }: ContentOverlap): boolean =>
  onlyInB.length === 0 && onlyInA.some(isRestriction)

/** The same of B. */
export const restrictionOnlyInB = ({ onlyInA, onlyInB }: ContentOverlap): boolean =>
  onlyInA.length === 0 && onlyInB.some(isRestriction)

const isRestriction = ({ after, form }: ContentWord): boolean => OPENERS.has(after) || OPENERS.has(form)

const OPENERS = new Set(
  `in on at for with by from to of if when where as into about without before after during under over using via since
  until while except only near within between among despite unless per through across inside outside against like`.split(
    /\s+/,
  ),
)
