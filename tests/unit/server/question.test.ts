import { describe, expect, test } from 'bun:test'
import { isContextFree, isFollowUp, normalise } from '../../../server/answer/question.ts'

describe('which questions are the same for everybody', () => {
  test.each([
    'What is your refund policy?',
    'How long does shipping take?',
    'Do you ship to Canada?',
    'When are you open?',
    'How do I reset my password?',
    'Can I return a gift card?',
  ])('%s may be shared', (question) => {
    expect(isContextFree(question)).toBe(true)
  })
  test.each([
    'How long does it take?',
    'And on Sunday?',
    'What about express?',
    'Is that free?',
    'My name is Ada',
    'What is my name?',
    'What did I ask before?',
    'Where is my order 471142?',
    'Why?',
    'ok',
    'x'.repeat(400),
  ])('%s may not', (question) => {
    expect(isContextFree(question)).toBe(false)
  })
  test('isFollowUp: leans on what was said', () => {
    expect([isFollowUp('Is it free?'), isFollowUp('Is shipping free?')]).toEqual([true, false])
  })
  test('normalise: case, accents, punctuation and space do not make another question, negation does', () => {
    expect(normalise('  Whát is your REFUND-policy?! ')).toBe(normalise('what is your refund policy'))
    expect(normalise('Can I return it?')).not.toBe(normalise('Can I not return it?'))
    expect(normalise('ship from Canada to the US')).not.toBe(normalise('ship from the US to Canada'))
  })
})
