import { minutesBetween, quote, type Rule, runbookOf, seen, word } from '../rule'

/** A run that is alive renews its lock before it expires; clocks of two machines differ a little. */
const skew = 1

const left: Rule = {
  id: 'lock-left',
  family: 'locks',
  title: 'A runbook was killed and has left its lock',
  section: '5',
  needs: ['lock'],
  look(snapshot) {
    const lock = seen(snapshot, 'lock')
    if (!lock) return undefined
    const text = `${lock.what} by ${lock.who} since ${lock.since}, good until ${lock.until}`
    if (!(minutesBetween(lock.until, snapshot.at) > skew))
      return { ruledOut: this.title, by: quote(snapshot, 'lock', text) }
    const again = /^[a-z-]{2,30}$/.test(lock.what) ? lock.what : 'history'
    return {
      cause: `${lock.what} has not come to its end since ${lock.since}, and nobody renews its lock: what it changed may be half done`,
      confidence: 'likely',
      evidence: [quote(snapshot, 'lock', text)],
      fix: runbookOf(snapshot, again),
    }
  },
}

/** Terraform's own lock knows no end; an apply takes minutes. */
const long = 60

const state: Rule = {
  id: 'state-locked',
  family: 'locks',
  title: "Terraform's state is locked",
  section: '8.1',
  needs: ['stateLock', 'lock'],
  look(snapshot) {
    const lock = seen(snapshot, 'stateLock')
    if (!lock) return undefined
    const text = `${lock.operation} by ${lock.who} since ${lock.created}`
    const held = seen(snapshot, 'lock')
    const alive = held && minutesBetween(held.until, snapshot.at) <= skew
    if (alive || !(minutesBetween(lock.created, snapshot.at) > long))
      return { ruledOut: this.title, by: quote(snapshot, 'stateLock', text) }
    return {
      cause: `Terraform's state is locked by ${lock.who} since ${lock.created}, and no runbook is at work: nothing can be planned or applied`,
      confidence: 'likely',
      evidence: [quote(snapshot, 'stateLock', text)],
      fix: `terraform -chdir=terraform/aws force-unlock ${word(lock.id)}   # once it is certain that nobody applies`,
    }
  },
}

export const lockRules: Rule[] = [left, state]
