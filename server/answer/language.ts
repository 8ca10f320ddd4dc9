import { tokens } from '../retrieval/words.ts'
import { people } from './handoff.ts'

const { phone, email } = people

/**
 * The documents are in English, and so are the answers. Who asks in another language is told so in it, with people to
 * turn to.
 */
const texts = {
  German: `Ich kann hier leider nur auf Englisch antworten. Bitte stellen Sie Ihre Frage auf Englisch, rufen Sie uns an unter ${phone} oder schreiben Sie an ${email}.`,
  Spanish: `Lo siento, aquí solo puedo responder en inglés. Haga su pregunta en inglés, llámenos al ${phone} o escríbanos a ${email}.`,
  French: `Désolé, je ne peux répondre ici qu’en anglais. Posez votre question en anglais, appelez-nous au ${phone} ou écrivez-nous à ${email}.`,
  Italian: `Mi dispiace, qui posso rispondere solo in inglese. Faccia la Sua domanda in inglese, ci chiami al ${phone} o ci scriva a ${email}.`,
  Portuguese: `Desculpe, aqui só posso responder em inglês. Faça a sua pergunta em inglês, ligue para ${phone} ou escreva para ${email}.`,
  Russian: `К сожалению, здесь я отвечаю только на английском языке. Задайте вопрос по-английски, позвоните нам: ${phone} или напишите: ${email}.`,
  Ukrainian: `На жаль, тут я відповідаю лише англійською мовою. Поставте запитання англійською, зателефонуйте нам: ${phone} або напишіть: ${email}.`,
  Chinese: `抱歉，我在这里只能用英语回答。请用英语提问，或致电 ${phone}，或发送电子邮件至 ${email}。`,
  Japanese: `申し訳ありませんが、ここでは英語でのみお答えしています。英語でご質問いただくか、お電話（${phone}）またはメール（${email}）でお問い合わせください。`,
  Korean: `죄송하지만 여기서는 영어로만 답변해 드립니다. 영어로 질문하시거나 ${phone}번으로 전화 또는 ${email}로 이메일을 보내 주세요.`,
  Arabic: `عذرًا، أجيب هنا باللغة الإنجليزية فقط. يرجى طرح سؤالك بالإنجليزية أو الاتصال بنا على ${phone} أو مراسلتنا على ${email}.`,
  Hindi: `क्षमा करें, मैं यहाँ केवल अंग्रेज़ी में उत्तर देता हूँ। कृपया अपना प्रश्न अंग्रेज़ी में पूछें, ${phone} पर फ़ोन करें या ${email} पर ई-मेल लिखें।`,
  Greek: `Λυπάμαι, εδώ απαντώ μόνο στα αγγλικά. Ρωτήστε στα αγγλικά, καλέστε μας στο ${phone} ή γράψτε μας στο ${email}.`,
  Hebrew: `מצטערים, כאן אפשר לקבל תשובות באנגלית בלבד. אפשר לשאול באנגלית, להתקשר למספר ${phone} או לכתוב אל ${email}.`,
}

export type Language = keyof typeof texts

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

/** The language of a message that is not English, where it is one of those above. */
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

/** Says in a language that answers are in English, and who else helps. */
export const inEnglishOnly = (language: Language): string => texts[language]
