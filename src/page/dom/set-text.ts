/** Leaves the node alone when nothing changed: what is selected stays selected, and nothing is laid out anew. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text
}
