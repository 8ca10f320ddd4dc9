import { join } from 'node:path'
import type { PartState } from './readiness.ts'
import { type Knowledge, loadKnowledge } from './retrieval/documents.ts'
import { createSearch, type Search } from './retrieval/search.ts'

/** The documents that answers come from, and the index over them; both change together when they are read anew. */
export class Policies {
  private constructor(
    readonly folder: string,
    public knowledge: Knowledge,
    public search: Search,
  ) {}

  static async load(home: string): Promise<Policies> {
    const folder = join(home, 'knowledge')
    const knowledge = await loadKnowledge(folder)
    return new Policies(folder, knowledge, createSearch(knowledge.sections))
  }

  state(): PartState {
    return { status: 'ok', documents: this.knowledge.documents, sections: this.knowledge.sections.length }
  }

  /** Documents that cannot be read leave the old ones in place. */
  async reload(): Promise<void> {
    const knowledge = await loadKnowledge(this.folder)
    this.search = createSearch(knowledge.sections)
    this.knowledge = knowledge
  }
}
