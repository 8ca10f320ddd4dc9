import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Learned, loadLearned } from './learned.ts'

/** A piece of a policy that answers one question: what retrieval finds, and what an answer cites. */
export interface Section {
  /** `refunds#refunds-and-returns-within-30-days` */
  id: string
  title: string
  heading: string
  updated: string
  /** Other words in which customers ask for it, from the section's `asks` comment. */
  asks: string[]
  paragraphs: string[]
}

export interface Knowledge {
  sections: Section[]
  /** What the questions that customers ask have taught about the sections. */
  learned: Learned
  /** Changes when any document changes, or what was learned: part of every cache key. */
  hash: string
  documents: number
}

export async function loadKnowledge(folder: string): Promise<Knowledge> {
  const [{ sections, documents, hasher }, learned] = await Promise.all([
    readDocuments(folder),
    loadLearned(join(folder, 'learned')),
  ])
  hasher.update(learned.bytes)
  return { sections, documents, learned, hash: hasher.digest('hex').slice(0, 12) }
}

/** Reads every Markdown document of a folder; a malformed one ends the start rather than vanish from the answers. */
export async function readDocuments(folder: string) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort()
  if (names.length === 0) throw new Error(`Read knowledge: no Markdown document in ${folder}`)
  const hasher = new Bun.CryptoHasher('sha256')
  const sections: Section[] = []
  for (const name of names) {
    const text = await Bun.file(join(folder, name)).text()
    hasher.update(`${name}\0${text}\0`)
    sections.push(...parseDocument(name, text))
  }
  const twice = sections.find((one, index) => sections.findIndex((other) => other.id === one.id) !== index)
  if (twice) throw new Error(`Read knowledge: two sections have the id ${twice.id}`)
  return { sections, documents: names.length, hasher }
}

export function parseDocument(name: string, text: string): Section[] {
  const front = /^---\n([\s\S]*?)\n---\n/.exec(text)
  if (!front) throw new Error(`Read knowledge: ${name} has no front matter`)
  const field = (key: string) => {
    const value = new RegExp(`^${key}:\\s*(.+)$`, 'm').exec(front[1]!)?.[1]?.trim()
    if (!value) throw new Error(`Read knowledge: ${name} has no ${key}`)
    return value
  }
  const document = { id: field('id'), title: field('title'), updated: field('updated') }
  const sections = text
    .slice(front[0].length)
    .split(/^## /m)
    .slice(1)
    .map((part) => parseSection(document, part))
  const empty = sections.find((section) => section.paragraphs.length === 0)
  if (sections.length === 0 || empty) {
    throw new Error(`Read knowledge: ${name} has ${empty ? `nothing under ${empty.heading}` : 'no section'}`)
  }
  return sections
}

function parseSection(document: { id: string; title: string; updated: string }, part: string): Section {
  const [heading = '', ...rest] = part.split('\n')
  const body = rest.join('\n')
  const asks = /<!--\s*asks:([\s\S]*?)-->/.exec(body)?.[1] ?? ''
  return {
    id: `${document.id}#${slug(heading)}`,
    title: document.title,
    heading: heading.trim(),
    updated: document.updated,
    asks: asks
      .split(';')
      .map((ask) => ask.trim())
      .filter(Boolean),
    paragraphs: body
      .replace(/<!--[\s\S]*?-->/g, '')
      .split(/\n{2,}/)
      .map((paragraph) => paragraph.trim())
      .filter(Boolean),
  }
}

const slug = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
