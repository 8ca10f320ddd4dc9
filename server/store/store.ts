/** One message as it is kept. The id is a UUIDv7 made by the server: it orders, and makes a repeated write harmless. */
export interface Message {
  id: string
  session: string
  role: 'user' | 'assistant'
  content: string
  createdAt: string
  requestId: string
  /** Of an answer only. */
  model?: string | undefined
  fromCache?: boolean | undefined
  handoff?: string | undefined
  sources?: string[] | undefined
}

export interface Feedback {
  id: string
  session: string
  requestId: string
  rating: 'up' | 'down'
  comment?: string | undefined
  createdAt: string
}

export interface Unanswered {
  question: string
  session: string
  askedAt: string
}

/** What lasts: sessions, their messages, and what customers thought of the answers. */
export interface Store {
  readonly kind: 'postgres' | 'embedded'
  write(messages: Message[]): Promise<void>
  /** The last messages of a session, oldest first. */
  recent(session: string, limit: number): Promise<Message[]>
  /** Removes a session with all its messages: how many there were. */
  remove(session: string): Promise<number>
  /** Removes up to `limit` sessions that were last seen before: how many it removed. */
  expire(before: Date, limit: number): Promise<number>
  addFeedback(feedback: Feedback): Promise<void>
  unanswered(limit: number): Promise<Unanswered[]>
  /** Rejects, with a reason, when the store cannot be used. */
  check(): Promise<void>
  close(): Promise<void>
}
