import { judged, seriesOf, silence } from '../metric'
import type { Look, Metric } from '../model'
import { add, counted, newestEnd, scaled, shareOf } from '../series'

/** The server's own counts. An idle server logs none: the load balancer's requests tell that from not knowing. */
export function chatbotMetrics(look: Look): Metric[] {
  const [cached, made] = [seriesOf(look, 'answersCached'), seriesOf(look, 'answersMade')]
  const spending = seriesOf(look, 'spending')
  const end = newestEnd(add(cached, made), look)
  const asked = seriesOf(look, 'requests').some(([, value]) => value > 0)
  const quiet = !asked && seriesOf(look, 'healthyHosts').length > 0
  const silent = quiet
    ? { idle: true, why: 'no question was asked' }
    : { why: silence(look, ['answersCached', 'answersMade']) }
  const rate = () => {
    if (end === undefined) return { value: undefined, more: silent }
    const [hit, miss] = [counted(cached, end, look).sum, counted(made, end, look).sum]
    if (hit + miss === 0) return { value: undefined, more: { idle: true, why: 'no question was asked' } }
    return { value: (100 * hit) / (hit + miss), more: { why: `${hit} of ${hit + miss} questions` } }
  }
  const { value, more } = rate()
  const hours = (look.window.to - look.window.from) / 3600
  const spent = spending.reduce((sum, [, dollars]) => sum + dollars, 0)
  return [
    judged(
      {
        id: 'answers-cached',
        group: 'Chatbot',
        title: 'Answered from cache',
        unit: '%',
        points: shareOf(cached, made),
        action: '',
      },
      value,
      more,
    ),
    judged(
      {
        id: 'fallbacks',
        group: 'Chatbot',
        title: 'Answers without the model',
        unit: '/min',
        points: scaled(seriesOf(look, 'fallbacks'), 60 / look.window.period),
        action: '',
      },
      end === undefined
        ? undefined
        : counted(seriesOf(look, 'fallbacks'), end, look).sum / counted(cached, end, look).minutes,
      end === undefined ? silent : {},
    ),
    judged(
      {
        id: 'model-spending',
        group: 'Chatbot',
        title: 'Spent on the model',
        unit: '$/h',
        points: scaled(spending, 3600 / look.window.period),
        action: '',
      },
      spending.length > 0 ? spent / hours : undefined,
      spending.length > 0
        ? { why: `$${spent.toFixed(spent > 0 && spent < 1 ? 4 : 2)} since the window began` }
        : silent,
    ),
  ]
}
