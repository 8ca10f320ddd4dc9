/** An element of an XML answer: AWS's protocols use no mixed content and need no attributes. */
export interface Element {
  name: string
  text: string
  children: Element[]
}

const token = /<!\[CDATA\[([\s\S]*?)\]\]>|<[?!][^>]*>|<(\/?)([^\s/>]+)[^>]*?(\/?)>|([^<]+)/g

/** Parses the XML that AWS's query services and moto write. Not a general XML parser. */
export function parseXml(text: string): Element {
  const root: Element = { name: '', text: '', children: [] }
  const open: Element[] = [root]
  for (const [, cdata, closing, name, empty, words] of text.matchAll(token)) {
    const at = open.at(-1) ?? root
    if (cdata !== undefined) at.text += cdata
    else if (words !== undefined) at.text += plainText(words)
    else if (closing) open.pop()
    else if (name) {
      const child: Element = { name: name.replace(/^.*:/, ''), text: '', children: [] }
      at.children.push(child)
      if (!empty) open.push(child)
    }
  }
  return root.children[0] ?? root
}

/** The first element of this name at any depth, the element itself included. */
export function find(element: Element, name: string): Element | undefined {
  if (element.name === name) return element
  for (const child of element.children) {
    const found = find(child, name)
    if (found) return found
  }
  return undefined
}

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function plainText(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, entity: string) => {
    if (entity.startsWith('#x')) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16))
    if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)))
    return entities[entity] ?? whole
  })
}

/** Text for an element's content. A carriage return would be lost to XML's end-of-line rule. */
export function xmlText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;')
}
