/** Names for the field of the model; none if the gateway does not tell. */
export async function listModels(key: string): Promise<readonly string[] | 'key-needed'> {
  const response = await fetch('v1/models', { headers: key === '' ? {} : { authorization: `Bearer ${key}` } }).catch(
    () => undefined,
  )
  if (response?.status === 401) return 'key-needed'
  if (response?.ok !== true) return []
  const { data } = (await response.json()) as { readonly data: readonly { readonly id: string }[] } // OpenAI's list
  return data.map(({ id }) => id)
}
