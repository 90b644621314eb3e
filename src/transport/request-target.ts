interface RequestTarget {
  readonly path: string
  readonly query: string
}

/** Request target → path and query, both as sent. An absolute target, as proxies send it, is reduced to its path. */
export function parseRequestTarget(target: string): RequestTarget {
  const local = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  const mark = local.indexOf('?')
  const path = mark < 0 ? local : local.slice(0, mark)
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : local.slice(mark + 1) }
}
