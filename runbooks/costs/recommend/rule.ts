import type { Variables } from '../configure/index.ts'
import type { Settings } from '../settings.ts'
import type { Situation } from '../situation.ts'
import type { Usage } from '../usage.ts'
import type { Use } from './use.ts'

/** All a rule may look at. */
export interface Look {
  situation: Situation
  settings: Settings
  /** Absent for a plan that belongs to no environment. */
  use: Use | undefined
  production: boolean
  /** Whose clock a schedule goes by. */
  timeZone: string
  /** Somebody has said that tasks are to have no public address. */
  privateTasks: boolean
}

export type Risk = 'low' | 'medium' | 'high'

interface Named {
  /** As `--apply` is told. */
  id: string
  title: string
}

/** A change of variables that is worth its risk; what it saves is found out by pricing what it leads to. */
export interface Proposal extends Named {
  change: Variables
  /** What it does to use beyond what the configuration says. */
  uses?: (usage: Usage) => Usage
  evidence: readonly string[]
  risk: Risk
  /** What may go wrong, in a sentence. */
  because: string
  /** What it does to availability. */
  availability: string
  /** Addresses, those of all of a kind without index, of what goes away or is made anew in the course of it. */
  replaces?: readonly string[]
}

/** A lever that is not offered, and why. */
export interface Refusal extends Named {
  refused: string
}

/** Something to know that no variable changes: a command, a purchase, a size that is too small. */
export interface Advice extends Named {
  advice: string
  evidence: readonly string[]
  command?: string
  /** What it would save a month, where that can be told. */
  saves?: number
}

export type Finding = Proposal | Refusal | Advice
export type Rule = (look: Look) => Finding[]

/** A rule about tasks: where there is no service there is nothing to say of them. */
export const ofTasks =
  (rule: Rule): Rule =>
  (look) =>
    look.settings.service ? rule(look) : []

export const isProposal = (finding: Finding): finding is Proposal => 'change' in finding
export const isRefusal = (finding: Finding): finding is Refusal => 'refused' in finding

/** One decimal, and none where it is a whole number. */
export const round = (value: number): string => String(Math.round(value * 10) / 10)
