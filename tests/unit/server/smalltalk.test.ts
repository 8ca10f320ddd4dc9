import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { extract } from '../../../server/answer/extractive.ts'
import { people } from '../../../server/answer/handoff.ts'
import { languageOf } from '../../../server/answer/language.ts'
import { lookUp } from '../../../server/answer/look-up.ts'
import { notCovered } from '../../../server/answer/not-covered.ts'
import { askBack, smalltalk } from '../../../server/answer/smalltalk.ts'
import type { Turn } from '../../../server/answer/types.ts'
import { loadKnowledge } from '../../../server/retrieval/documents.ts'
import { createSearch } from '../../../server/retrieval/search.ts'
import { root } from './support/server.ts'

const search = createSearch(await loadKnowledge(join(root, 'server/knowledge')))
const answer = (question: string, history: Turn[] = []) =>
  extract(lookUp(search, question, history), question, history)

describe('small talk', () => {
  test.each([
    'good morning, I have a question',
    'Hi, I have a problem',
    'hello',
    'helo!',
    'Hey there',
    'can I ask you something?',
    'Can you help me?',
  ])('%s is greeted', (message) => {
    expect(answer(message).text).toStartWith('Hello!')
    expect(answer(message).handoff).toBeUndefined()
  })

  test.each(['ok', 'Yes.', 'no', 'help', 'Help me please', '???', '...', 'what can you do?', 'I need help'])(
    '%s is asked back, also after something else, and not answered with what was said',
    (message) => {
      const before: Turn[] = [
        { role: 'user', content: 'What is your refund policy?' },
        { role: 'assistant', content: 'Thirty days.' },
      ]
      for (const { text, handoff } of [answer(message), answer(message, before)]) {
        expect(text).toStartWith('What would you like to know?')
        expect(handoff).toBeUndefined()
      }
    },
  )

  test.each([
    ['hi, my parcel is lost', 'shipping#late-or-lost-parcels'],
    ['where the fuck is my order', 'shipping#tracking-a-parcel'],
    ['How can I kill my subscription?', undefined],
    ['Do you have help for the blind?', undefined],
    ['I hate my chair and want to return it', undefined],
  ])('%s is a question, and no small talk', (message, section) => {
    expect([smalltalk(message), askBack(message)]).toEqual([undefined, undefined])
    if (section) expect(answer(message).sources[0]?.id).toBe(section)
  })

  test.each([
    'you are a useless bot',
    'fuck you',
    'This is bullshit!',
    'idiot',
    'you idiots broke my vase’s heart',
  ])('%s is met calmly, with people to turn to', (message) => {
    const { text, handoff } = answer(message)
    expect(text).toStartWith('I am sorry that this has been frustrating.')
    expect(handoff).toEqual({ reason: 'upset', ...people })
  })

  test.each([
    'I want to kill myself',
    'i am going to kill my self if my parcel does not come',
    'I don’t want to live any more',
    'What is your refund policy? I feel suicidal.',
    'Ich will mich umbringen',
    'quiero morir',
  ])('%s: the crisis line, the emergency number and people to turn to', (message) => {
    const { text, handoff } = answer(message)
    expect(text).toMatch(/call or text 988 .* 911.* local emergency number/)
    expect(handoff?.reason).toBe('in_danger')
  })
})

describe('another language', () => {
  /** "Only", in each of them. */
  const only = /\b(nur|solo|qu’en|só)\b|solo|só|только|лише|只能|でのみ|로만|فقط|केवल|απαντώ μόνο|בלבד/u

  test.each([
    ['Wie lange dauert der Versand?', 'German', /auf Englisch/],
    ['¿Cuál es su política de devoluciones?', 'Spanish', /en inglés/],
    ['hola', 'Spanish', /en inglés/],
    ['Quel est le délai de livraison ?', 'French', /en anglais/],
    ['Quanto costa la spedizione?', 'Italian', /in inglese/],
    ['Qual é o prazo de entrega?', 'Portuguese', /em inglês/],
    ['когда придет мой заказ', 'Russian', /английском/],
    ['коли прийде моє замовлення', 'Ukrainian', /англійською/],
    ['你们什么时候开门', 'Chinese', /英语/],
    ['注文はいつ届きますか', 'Japanese', /英語/],
    ['언제 배송되나요?', 'Korean', /영어/],
    ['متى تصل طلبيتي؟', 'Arabic', /بالإنجليزية/],
    ['मेरा ऑर्डर कब आएगा', 'Hindi', /अंग्रेज़ी/],
    ['Πότε θα έρθει η παραγγελία μου;', 'Greek', /αγγλικά/],
    ['מתי תגיע ההזמנה שלי', 'Hebrew', /באנגלית/],
  ] as const)('%s is told in %s, with people to turn to', (question, language, words) => {
    expect(languageOf(question)).toBe(language)
    const { text, handoff, sources } = answer(question)
    expect(text).toMatch(words)
    expect([text.includes(people.phone), text.includes(people.email)]).toEqual([true, true])
    expect([handoff?.reason, sources]).toEqual(['not_covered', []])
    // A model answers in the customer's language: then it is no longer true that answers are in English only.
    const byModel = notCovered(question, true).text
    expect([only.test(text), only.test(byModel)]).toEqual([true, false])
    expect([byModel.includes(people.phone), byModel.includes(people.email)]).toEqual([true, true])
  })

  test('no question that our documents answer is taken for one in another language', async () => {
    const folder = join(root, 'server/knowledge/asked')
    const lines: string[] = []
    for await (const name of new Bun.Glob('*.md').scan(folder)) {
      if (name === 'not-covered.md') continue
      lines.push(
        ...(await Bun.file(join(folder, name)).text()).split('\n').filter((line) => line.startsWith('- ')),
      )
    }
    expect(lines.length).toBeGreaterThan(5_000)
    expect(lines.filter((line) => languageOf(line.slice(2)))).toEqual([])
  })

  test('a name in other letters makes no English question foreign', () => {
    expect(languageOf('Can I pay in yen, 日本?')).toBeUndefined()
  })
})
