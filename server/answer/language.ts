import { tokens } from '../retrieval/words.ts'
import type { Language } from './foreign.ts'

/** By its letters; the first that fits, so Japanese before Chinese, whose characters it has too. */
const scripts: [RegExp, Language][] = [
  [/[іїєґ]/i, 'Ukrainian'],
  [/\p{Script=Cyrillic}/u, 'Russian'],
  [/\p{Script=Hiragana}|\p{Script=Katakana}/u, 'Japanese'],
  [/\p{Script=Han}/u, 'Chinese'],
  [/\p{Script=Hangul}/u, 'Korean'],
  [/\p{Script=Arabic}/u, 'Arabic'],
  [/\p{Script=Devanagari}/u, 'Hindi'],
  [/\p{Script=Greek}/u, 'Greek'],
  [/\p{Script=Hebrew}/u, 'Hebrew'],
]

/** Frequent words, without accents, that are no English ones. */
const frequent = new Map<Language, Set<string>>(
  (
    [
      [
        'German',
        `hallo guten tag danke bitte ich du sie wir ihr mein meine meinen mir mich der das ein eine einen ist sind nicht und
        oder wie wo wann warum wer welche kann konnen haben habe hatte gibt es zu fur mit von auf bei nach aus noch auch
        lange dauert kostet viel versand bestellung paket ruckgabe lieferung rechnung umtauschen zuruckgeben offnungszeiten`,
      ],
      [
        'Spanish',
        `hola gracias buenos dias yo tu usted ustedes mi el la los las un una es son esta estan y o que cual como donde cuando
        cuanto cuanta cuesta por para con de del en puedo puede quiero tengo hay se lo pedido envio envios devolver
        devolucion devoluciones politica paquete tarda tiempo reembolso cancelar factura`,
      ],
      [
        'French',
        `bonjour salut merci je tu vous nous il elle mon ma mes votre vos le la les un une des du de est sont et ou que quel
        quelle quels quelles comment quand combien pourquoi peux puis puisje voudrais avez avoir pour avec dans sur pas ne
        se commande livraison colis retour retourner remboursement delai temps coute`,
      ],
      [
        'Italian',
        `ciao buongiorno grazie io voi mio mia il lo la gli le un una e sono che quale come dove quando quanto quanta costa
        perche per con di del della nel posso vorrei avete ho si non ordine spedizione consegna pacco reso restituire
        rimborso tempo ci vuole`,
      ],
      [
        'Portuguese',
        `ola oi obrigado obrigada bom eu voce voces meu minha o os as um uma e sao esta que qual como onde quando quanto custa
        por para com de do da no na posso quero tenho tem nao se pedido envio entrega encomenda devolver devolucao
        reembolso prazo politica tempo leva`,
      ],
    ] as [Language, string][]
  ).map(([language, words]) => [language, new Set(words.split(/\s+/))]),
)

/** What is English as well as it is something else: it says nothing on its own. */
const english = new Set(
  `a as com come con de des die do dove e el ho il io la le ma me mi mit mon no non o ola on or par per por que se si sur
  tag tempo test un una yo`.split(/\s+/),
)

/** At least so many of its words are the language's. */
const leastShare = 0.4

/** The language of a message that is not English, where it is one of those that we have words in. */
export function languageOf(message: string): Language | undefined {
  const written = scripts.find(([letters]) => letters.test(message))
  const words = tokens(message).slice(0, 100)
  // A name in other letters makes no English sentence Greek.
  if (written && words.filter((word) => /^[a-z0-9]+$/.test(word)).length <= words.length / 2)
    return written[1]
  let best: Language | undefined
  let most = 0
  for (const [language, known] of frequent) {
    const fit = words.filter((word) => known.has(word))
    if (
      fit.length > most &&
      fit.length >= words.length * leastShare &&
      fit.some((word) => !english.has(word))
    ) {
      best = language
      most = fit.length
    }
  }
  return best
}
