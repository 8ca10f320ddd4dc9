import { type Book, Failed, Usage } from '../core'
import { sentence } from '../core/explain/explain'
import { nearest } from '../core/flags/nearest'
import { type Drill, type Played, play } from './drill'
import { drills } from './drills'
import { prepare, putBack, settle } from './stage/settle'
import { type Ground, Stage } from './stage/stage'

const known = ['all', ...drills.map(({ name }) => name)]

/** The drills that a command line names; `all` is every one of them. A name that is none is refused before anything starts. */
export function drillsNamed(what: string, names: string[]): Drill[] {
  if (what !== 'drill') {
    if (names.length > 0) throw new Usage(`${JSON.stringify(names[0])}: not expected after ${what}`)
    return []
  }
  const next = 'bun runbooks/rehearse.ts drills'
  if (names.length === 0) throw new Usage('drill: which one?', { next })
  for (const name of names) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    throw new Usage(`drill ${name}: there is no such drill${meant ? `; nearest: ${meant}` : ''}`, {
      next,
    })
  }
  return names.includes('all') ? drills : drills.filter(({ name }) => names.includes(name))
}

export function listDrills(book: Book) {
  book.table(drills.map(({ name, guide, title }) => ({ drill: name, guide, title })))
  return { drills: drills.map(({ name, guide, title, story }) => ({ name, guide, title, story })) }
}

/** Plays drills in the rehearsal that is up, one after the other on one stage. */
export async function rehearseDrills(
  book: Book,
  wanted: Drill[],
  options: { ground: Ground; putBack: boolean },
) {
  const stage = await book.read('A copy of this clone to break', () =>
    Stage.open(book.environment, options.ground),
  )
  book.cleanup(() => stage.strike())
  await prepare(book, stage)
  const whole = stage.base
  const played: Played[] = []
  for (const drill of wanted) {
    const lost = played.length > 0 ? await failing(book, () => settle(book, stage)) : undefined
    played.push(lost ? unplayed(drill, lost) : await playOne(book, stage, drill))
  }
  const left = options.putBack ? await failing(book, () => putBack(book, stage, whole)) : undefined

  const proven = played.flatMap((one) => one.proven)
  const failed = played.filter(({ ok }) => !ok)
  const data = { drills: played }
  if (failed.length === 0 && left)
    throw new Failed(`All assertions hold; what served before does not serve again: ${left.message}`, {
      data,
      next: left.next,
    })
  if (failed.length === 0) {
    book.note(`${played.length} drill(s), all ${proven.length} assertions hold`)
    return data
  }
  const what = failed.map(({ name }) => name).join(', ')
  const count = proven.filter(({ ok }) => !ok).length
  throw new Failed(`Drill ${what}: ${count} of ${proven.length} assertions do not hold`, {
    data,
    next: `bun runbooks/rehearse.ts drill ${failed.map(({ name }) => name).join(' ')}`,
  })
}

/** What could not be done between drills is told with what was played: nothing that was seen is lost with it. */
async function failing(book: Book, work: () => Promise<void>): Promise<Failed | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    book.signal.throwIfAborted()
    return error instanceof Failed ? error : new Failed(sentence(error), { cause: error })
  }
}

const unplayed = ({ name }: Drill, { message }: Failed): Played => ({
  name,
  ok: false,
  seconds: 0,
  proven: [{ text: 'the environment could be brought back before it', ok: false, evidence: message }],
})

/** A drill that does not hold is shown as a failed step, and does not keep the next from being played. */
async function playOne(book: Book, stage: Stage, drill: Drill): Promise<Played> {
  let played: Played | undefined
  try {
    return await book.read(`${drill.name}: ${drill.title}`, async (step) => {
      played = await play(drill, stage, step)
      if (played.ok) return played
      throw new Failed(
        `${played.proven.filter(({ ok }) => !ok).length} of ${played.proven.length} do not hold`,
      )
    })
  } catch (error) {
    if (played && error instanceof Failed) return played
    throw error
  }
}
