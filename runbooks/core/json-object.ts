/** The JSON object that a text is; undefined when it is anything else. Most of what is asked here is a line of a log. */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
