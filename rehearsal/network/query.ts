import { XMLParser } from 'fast-xml-parser'
import type { World } from '../world.ts'

/** The query-protocol services this part asks, and the version of each API. */
const versions = {
  ec2: '2016-11-15',
  elasticloadbalancing: '2015-12-01',
  monitoring: '2010-08-01',
} as const

export type Service = keyof typeof versions

/** A parsed element: text, a list (its `item`s or `member`s), or children by name. */
export type Element = string | Element[] | { [name: string]: Element | undefined }
export type Fields = { [name: string]: Element | undefined }

export type Query = (service: Service, action: string, input?: object) => Promise<Fields>

/**
 * Asks moto in the query protocol. The EC2 client of the SDK costs 40 MB of the daemon's memory for the
 * handful of describing calls that are made here.
 */
export function queryMoto({ motoUrl, region }: Pick<World, 'motoUrl' | 'region'>): Query {
  return async (service, action, input = {}) => {
    const body = new URLSearchParams({ Action: action, Version: versions[service] })
    flatten('', input, service === 'ec2' ? '' : '.member', body)
    const scope = `rehearsal/20260101/${region}/${service}/aws4_request`
    const response = await fetch(motoUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      },
      body: body.toString(),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${service}:${action}: ${response.status} ${text.slice(0, 500)}`)
    const answer = parseXml(text)[`${action}Response`]
    const fields = fieldsOf(answer)
    return fieldsOf(fields[`${action}Result`] ?? fields)
  }
}

function flatten(name: string, value: unknown, listSuffix: string, into: URLSearchParams): void {
  if (value === undefined) return
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries())
      flatten(`${name}${listSuffix}.${index + 1}`, one, listSuffix, into)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value))
      flatten(name ? `${name}.${key}` : key, one, listSuffix, into)
  } else {
    into.append(name, String(value))
  }
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => name === 'item' || name === 'member',
})

export function parseXml(text: string): Fields {
  return fieldsOf(unwrap(parser.parse(text)))
}

/** `<list><item/>…</list>` becomes the list itself. */
function unwrap(value: unknown): Element {
  if (Array.isArray(value)) return value.map(unwrap)
  if (typeof value !== 'object' || value === null) return String(value ?? '')
  const entries = Object.entries(value)
  const [first] = entries
  if (first && entries.length === 1 && (first[0] === 'item' || first[0] === 'member')) return unwrap(first[1])
  return Object.fromEntries(entries.map(([key, one]) => [key, unwrap(one)]))
}

export function fieldsOf(element: Element | undefined): Fields {
  return typeof element === 'object' && !Array.isArray(element) ? element : {}
}

export function listOf(element: Element | undefined): Fields[] {
  return Array.isArray(element) ? element.map(fieldsOf) : []
}

export function textsOf(element: Element | undefined): string[] {
  return Array.isArray(element) ? element.map(textOf) : []
}

export function textOf(element: Element | undefined): string {
  return typeof element === 'string' ? element : ''
}
