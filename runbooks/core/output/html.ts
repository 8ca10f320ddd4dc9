const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as it may stand in a page, between tags or in an attribute. */
export const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => entities[sign]!)
