import { join } from 'node:path'
import type { PartState } from './readiness.ts'
import { type Knowledge, loadKnowledge } from './retrieval/documents.ts'
import { createSearch, type Search } from './retrieval/search.ts'

type Known = Pick<Knowledge, 'sections' | 'hash' | 'documents'>
const nothing: Known = { sections: [], hash: '', documents: 0 }

/** The documents that answers come from, and the index over them; both change together when they are read anew. */
export class Policies {
  readonly folder: string
  knowledge: Known = nothing
  search: Search = { find: () => ({ hits: [], confident: 0 }) }

  constructor(home: string) {
    this.folder = join(home, 'knowledge')
  }

  state(): PartState {
    return { status: 'ok', documents: this.knowledge.documents, sections: this.knowledge.sections.length }
  }

  /** Documents that cannot be read leave the old ones in place. */
  async load(): Promise<void> {
    const knowledge = await loadKnowledge(this.folder)
    this.search = createSearch(knowledge)
    this.knowledge = knowledge
  }
}
