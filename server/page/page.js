const [conversation, suggestions, form, field, send, status, clear] =
  'conversation suggestions ask message send status clear'.split(' ').map((id) => document.getElementById(id))

const sessionKey = 'tria-session'
const begun = sessionStorage.getItem(sessionKey)
let session = begun ?? newSession()
let busy = false

function newSession() {
  const id = `web-${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`
  sessionStorage.setItem(sessionKey, id)
  return id
}

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

function bubble(kind, who, text) {
  const article = element('article', kind)
  article.append(element('h2', 'who', who), said(element('p'), text))
  conversation.append(article)
  return article
}

/** The text of an answer, in which our phone number and e-mail address can be pressed. */
function said(paragraph, text) {
  const parts = text.split(/(\b1-\d{3}-\d{3}-\d{4}\b|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/)
  paragraph.replaceChildren(
    ...parts.map((part, at) => {
      if (at % 2 === 0) return part
      const link = element('a', '', part)
      link.href = part.includes('@') ? `mailto:${part}` : `tel:+${part.replace(/\D/g, '')}`
      return link
    }),
  )
  return paragraph
}

/** Shows the end of the conversation, but never scrolls the question away: a long answer is read from its start. */
function follow(question) {
  conversation.scrollTop = Math.min(conversation.scrollHeight, question.offsetTop - 8)
}

/** Server-sent events of a response, as [event, data] pairs. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  while (true) {
    const { value, done } = await reader.read()
    if (done) return
    const parts = (rest + value).split('\n\n')
    rest = parts.pop()
    for (const part of parts) {
      const event = /^event: (.*)$/m.exec(part)?.[1]
      const data = /^data: (.*)$/m.exec(part)?.[1]
      if (event && data) yield [event, JSON.parse(data)]
    }
  }
}

async function ask(message) {
  busy = true
  send.disabled = true
  suggestions.hidden = true
  const question = bubble('question', 'You', message)
  const article = bubble('answer', 'Assistant', '…')
  // Read out once, when it is complete, not word by word.
  article.setAttribute('aria-busy', 'true')
  const text = article.querySelector('p')
  follow(question)
  status.textContent = 'The assistant is answering.'
  try {
    const response = await fetch('/api/chatbot', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ message, session_id: session }),
    })
    if (!response.ok) throw new Error((await response.json()).error.message)
    let heard = ''
    let finished = false
    for await (const [event, data] of events(response)) {
      if (event === 'token') heard += data.text
      if (event === 'restart') heard = ''
      if (event === 'error') throw new Error(data.error.message)
      if (event === 'done') {
        finished = true
        heard = data.message
        addFacts(article, data.metadata)
      }
      said(text, heard || '…')
      follow(question)
    }
    if (!finished) throw new Error('The connection was lost before the answer was complete.')
    status.textContent = ''
  } catch (error) {
    article.classList.add('failed')
    text.textContent = error instanceof TypeError ? 'The service cannot be reached.' : error.message
    status.textContent = 'That did not work. Your question is in the field again.'
    if (field.value === '') field.value = message
  }
  article.removeAttribute('aria-busy')
  follow(question)
  send.disabled = false
  busy = false
}

function addSources(article, sources) {
  if (sources.length === 0) return
  const list = element('ul')
  for (const one of sources)
    list.append(element('li', '', `${one.title}: ${one.section} (updated ${one.updated})`))
  article.append(element('div', 'sources', 'Sources'))
  article.lastChild.append(list)
}

function addFacts(article, metadata) {
  addSources(article, metadata.sources)
  // For whoever looks into a complaint, not for customers.
  article.dataset.took = `Answered in ${metadata.processing_time}${metadata.from_cache ? ', from the cache' : ''}`
  const rate = element('div', 'rate')
  for (const [rating, label] of [
    ['up', 'Helpful'],
    ['down', 'Not helpful'],
  ]) {
    const button = element('button', '', label)
    button.type = 'button'
    button.setAttribute('aria-pressed', 'false')
    button.addEventListener('click', () => giveFeedback(rate, button, rating, metadata.request_id))
    rate.append(button)
  }
  article.append(rate)
}

async function giveFeedback(rate, pressed, rating, requestId) {
  for (const button of rate.children) button.setAttribute('aria-pressed', String(button === pressed))
  const response = await fetch('/api/feedback', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ session_id: session, request_id: requestId, rating }),
  }).catch(() => undefined)
  status.textContent = response?.ok ? 'Thank you for telling us.' : 'Your opinion could not be sent.'
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const message = field.value.trim()
  if (busy || message === '') return
  field.value = ''
  ask(message)
})

field.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  form.requestSubmit()
})

suggestions.addEventListener('click', (event) => {
  if (!(event.target instanceof HTMLButtonElement) || busy) return
  ask(event.target.textContent)
  field.focus()
})

/** After a reload, what was said is shown again. */
async function restore() {
  const response = await fetch(`/api/sessions/${session}`).catch(() => undefined)
  if (!response?.ok) return
  const { messages } = await response.json()
  // Somebody who has asked already does not wait for what was.
  if (busy || session !== begun || conversation.querySelector('article.question')) return
  suggestions.hidden = true
  // Nothing new is said: a screen reader stays silent.
  conversation.setAttribute('aria-live', 'off')
  for (const { role, content, sources } of messages) {
    if (role === 'user') bubble('question', 'You', content)
    else addSources(bubble('answer', 'Assistant', content), sources ?? [])
  }
  conversation.scrollTop = conversation.scrollHeight
  requestAnimationFrame(() => conversation.removeAttribute('aria-live'))
}

clear.addEventListener('click', async () => {
  if (busy) return
  await fetch(`/api/sessions/${session}`, { method: 'DELETE' }).catch(() => undefined)
  session = newSession()
  for (const article of [...conversation.querySelectorAll('article')].slice(1)) article.remove()
  suggestions.hidden = false
  status.textContent = 'The conversation was cleared.'
  field.focus()
})

if (begun) restore()
