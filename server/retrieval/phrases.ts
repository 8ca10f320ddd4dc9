/**
 * Turns of speech whose words mean nothing apart: "send it back" is neither sending nor a back. Each becomes the word
 * the documents use, before anything is looked up.
 */
const turns: [RegExp, string][] = [
  [
    /\b(send|sent|sending|give|giving|gave|bring|bringing|ship|shipping|take|mail) (?:\w+ ){0,4}?back\b(?! in stock)/gi,
    'return',
  ],
  [/\bmoney back\b/gi, 'refund'],
  [/\b(get|getting|got|log|logging|sign|signing) (?:back )?(in|into|on|onto)\b/gi, 'login'],
  [/\b(pick|picked|picking|picks)(?:ed)? (?:it |them |my order |the order |my |the )?up\b/gi, 'pickup order'],
  [/\b(sold out|out of stock|back in stock|in stock|back[- ]?order(?:ed)?)\b/gi, 'stock'],
  [/\b(by (accident|mistake)|accidentally|mistakenly)\b/gi, 'mistake'],
  [/\b(do not|don['’]?t|no longer) (want|need)\b/gi, 'cancel'],
  [/\b(hold|call) of\b/gi, 'contact'],
  [/\b(call|ring|phone) (you|someone|somebody)\b/gi, 'phone contact'],
  [/\b(get|put) (me )?(in touch|through)\b/gi, 'contact'],
  [/\bset(ting)? up\b/gi, 'setup'],
  [/\b(two|2)[- ](factor|step)\b/gi, 'twofactor'],
  [/\b(2fa|mfa)\b/gi, 'twofactor'],
  [/\b(changed my mind)\b/gi, 'return'],
  [/\b(e)[- ](mails?|waste)\b/gi, '$1$2'],
  [/\b24[ /-]?7\b/g, 'around the clock'],
  [/\bp\.? ?o\.? box\b/gi, 'pobox'],
  [/\bhow old\b/gi, 'age'],
  [/\b(get|getting|got) rid of\b/gi, 'delete'],
  [/\bhow (far|tall|heavy|deep|wide|big|large)\b/gi, 'measure'],
  [/\bgift ?cards?\b/gi, 'giftcard'],
  [/\bcredit ?cards?\b/gi, 'creditcard'],
  [/\btria desk\b|\byour desk (plan|service)s?\b/gi, 'triadesk'],
  [/\bscreen ?readers?\b/gi, 'screenreader'],
  [/\bopening (hours|times)\b|\bhours of opening\b/gi, 'opening'],
  [/\bpick[- ]?up\b/gi, 'pickup'],
  [/\bspare ?parts?\b/gi, 'sparepart'],
  [/\bwarrant(y|ies)\b|\bguarant(ee|y)\b|\bwarrent(y|ee)\b/gi, 'warranty'],
  [/\bstock (price|market|exchange)s?\b/gi, 'investment'],
  [/\bup ?time\b/gi, 'uptime'],
  [/\bpay(ing)? later\b/gi, 'installment'],
]

export function plainWords(text: string): string {
  let plain = text
  for (const [turn, word] of turns) plain = plain.replace(turn, word)
  return plain
}
