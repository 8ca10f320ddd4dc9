import { people } from './handoff.ts'

const { phone, email } = people

/**
 * The documents are in English, and so are the answers made of them. Who asks in another language is told so in it, with
 * people to turn to.
 */
const englishOnly = {
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

export type Language = keyof typeof englishOnly

/** With a model, answers are in the customer's language: it is the documents alone that are in English. */
const nothingFound: Record<Language, string> = {
  German: `Dazu habe ich in unseren Unterlagen nichts gefunden. Sie sind auf Englisch, vielleicht hilft also eine Frage auf Englisch. Sonst rufen Sie uns bitte an unter ${phone} oder schreiben Sie an ${email}.`,
  Spanish: `No he encontrado nada sobre eso en nuestros documentos. Están en inglés, así que quizá ayude preguntar en inglés. Si no, llámenos al ${phone} o escríbanos a ${email}.`,
  French: `Je n’ai rien trouvé à ce sujet dans nos documents. Ils sont en anglais : une question en anglais aidera peut-être. Sinon, appelez-nous au ${phone} ou écrivez-nous à ${email}.`,
  Italian: `Non ho trovato nulla al riguardo nei nostri documenti. Sono in inglese: forse una domanda in inglese può aiutare. Altrimenti ci chiami al ${phone} o ci scriva a ${email}.`,
  Portuguese: `Não encontrei nada sobre isso nos nossos documentos. Eles estão em inglês, por isso talvez ajude perguntar em inglês. Caso contrário, ligue para ${phone} ou escreva para ${email}.`,
  Russian: `В наших документах я ничего об этом не нашёл. Они на английском языке, поэтому, возможно, поможет вопрос по-английски. Или позвоните нам: ${phone}, или напишите: ${email}.`,
  Ukrainian: `У наших документах я нічого про це не знайшов. Вони англійською мовою, тож, можливо, допоможе запитання англійською. Або зателефонуйте нам: ${phone}, або напишіть: ${email}.`,
  Chinese: `我在我们的文档中没有找到相关内容。文档是英文的，用英语提问也许会有帮助。您也可以致电 ${phone}，或发送电子邮件至 ${email}。`,
  Japanese: `当社の資料には、その件に関する記載が見つかりませんでした。資料は英語のため、英語でご質問いただくと見つかるかもしれません。お電話（${phone}）またはメール（${email}）でもお問い合わせいただけます。`,
  Korean: `저희 문서에서 관련 내용을 찾지 못했습니다. 문서가 영어로 되어 있어 영어로 질문하시면 도움이 될 수 있습니다. 아니면 ${phone}번으로 전화하시거나 ${email}로 이메일을 보내 주세요.`,
  Arabic: `لم أجد شيئًا عن ذلك في مستنداتنا. وهي باللغة الإنجليزية، فربما يفيد السؤال بالإنجليزية. ويمكنك أيضًا الاتصال بنا على ${phone} أو مراسلتنا على ${email}.`,
  Hindi: `हमारे दस्तावेज़ों में मुझे इसके बारे में कुछ नहीं मिला। वे अंग्रेज़ी में हैं, इसलिए अंग्रेज़ी में पूछने से शायद मदद मिले। नहीं तो ${phone} पर फ़ोन करें या ${email} पर ई-मेल लिखें।`,
  Greek: `Δεν βρήκα τίποτα σχετικό στα έγγραφά μας. Είναι στα αγγλικά, οπότε ίσως βοηθήσει μια ερώτηση στα αγγλικά. Διαφορετικά καλέστε μας στο ${phone} ή γράψτε μας στο ${email}.`,
  Hebrew: `לא מצאתי על כך דבר במסמכים שלנו. הם באנגלית, ולכן אולי תעזור שאלה באנגלית. אפשר גם להתקשר למספר ${phone} או לכתוב אל ${email}.`,
}

/** What is said in another language where nothing answers. `byModel`: a model answers, in whichever language it is asked. */
export const sayInOther = (language: Language, byModel: boolean): string =>
  (byModel ? nothingFound : englishOnly)[language]
