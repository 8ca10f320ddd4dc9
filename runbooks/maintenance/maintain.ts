import { awsOf } from '../aws/clients'
import { stackOf } from '../aws/stack'
import { type Book, Failed, Unhealthy } from '../core'
import { type Check, type Checked, type Place, runCheck } from './check'
import { type List, lists } from './lists'

/** Goes through one of the guide's lists, all at once, and says what there is to do. */
export async function maintain(book: Book, list: List) {
  const place: Place = {
    aws: awsOf(book),
    stack: stackOf(book.environment),
    region: book.region,
    now: new Date(),
    signal: book.signal,
    command: book.command,
  }
  const checks = await Promise.all(lists[list].map((check) => checkStep(book, check, place)))
  for (const { title, findings } of checks) {
    if (findings.length > 0)
      book.note([`\n${title}`, ...findings.map(({ text, fix }) => `  ✖ ${text}\n      ${fix}`)].join('\n'))
  }
  const data = { list, checks }
  const todo = checks.reduce((sum, { findings }) => sum + findings.length, 0)
  const unknown = checks.filter(({ status }) => status === 'unknown').map(({ id }) => id)
  if (todo + unknown.length === 0) return data
  const said = [
    todo > 0 ? `${todo} things to do` : 'nothing was found to do',
    ...(unknown.length > 0 ? [`not known: ${unknown.join(', ')}`] : []),
  ]
  throw new Unhealthy(`Maintenance of ${book.environment}, ${list}: ${said.join('; ')}`, {
    data,
    next: `bun runbooks/monitor.ts --maintenance ${list} --environment ${book.environment}   # again, when it is done`,
  })
}

/** A check as a step of its own: its evidence is its line, and one that found something is seen as such. */
async function checkStep(book: Book, check: Check, place: Place): Promise<Checked> {
  let checked: Checked | undefined
  try {
    await book.read(check.title, async (step) => {
      checked = await runCheck(check, { ...place, signal: step.signal })
      if (checked.status !== 'ok')
        throw new Failed(`${checked.status === 'unknown' ? 'unknown: ' : ''}${checked.evidence}`)
      step.line(checked.evidence)
    })
  } catch (error) {
    if (!checked) throw error
  }
  return checked!
}
