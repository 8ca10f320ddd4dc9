import { type Book, Failed, Usage } from '../core'
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
    throw new Usage(`drill ${name}: there is none of this name${meant ? `; nearest: ${meant}` : ''}`, {
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
    if (played.length > 0) await settle(book, stage)
    played.push(await playOne(book, stage, drill))
  }
  if (options.putBack) await putBack(book, stage, whole)

  const proven = played.flatMap((one) => one.proven)
  const failed = played.filter(({ ok }) => !ok)
  const data = { drills: played }
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
