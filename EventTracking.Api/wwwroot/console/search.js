// Search: one box for every key, and deep search inside payloads with its price.

import { h } from './dom.js';
import { find, query, send } from './api.js';
import { go, link } from './route.js';
import { isOperator } from './session.js';
import { bytes, dollars, duration, number, plural, time } from './format.js';
import { badge, button, empty, entityLink, eventLink, events, heading, missing, problemBox, section, table } from './parts.js';

export const once = true;

const kinds = {
  'event-id': 'Event', 'trace-id': 'Trace', 'delivery-id': 'Delivery', entity: 'Entity', 'payload-key': 'Value in a payload', sku: 'SKU', 'product-id': 'Brightpearl product',
  'inventory-item-id': 'Shopify inventory item', 'shopify-product-id': 'Shopify product', 'order-id': 'Order',
};
const replayId = /^[0-7][0-9A-HJKMNP-TV-Z]{12}$/i;
let deepText = '';

export async function load({ query: given }, signal) {
  const { q, day } = given;
  const [found, job] = await Promise.all([q ? find(`/search${query({ q, day })}`, signal) : undefined, replayId.test(q) ? find(`/replays/${q.toUpperCase()}`, signal) : null]);
  return { found, job };
}

export function view({ found, job }, { query: given }) {
  return [
    heading('Search'),
    form({ query: given }),
    job && h('p', { class: 'sentence' }, `This is the id of a ${job.action === 'dismiss' ? 'bulk dismissal' : 'bulk replay'}: `, h('a', { href: link('replays', job.id) }, job.id), '.'),
    found === null && missing('Search is'),
    found && !(job && found.found === 0) && results(found, given),
    isOperator() && section('Inside payloads', h('div', { id: 'deep' }, deepSearch(given.q ?? ''))),
  ];
}

// Also shown if what was searched for is refused.
export function form({ query: given }) {
  return h('form', { class: 'filters wide', onsubmit: apply },
    h('label', null, 'Key ', h('input', { name: 'q', type: 'search', value: given.q ?? '', maxlength: 200, autocomplete: 'off', spellcheck: 'false', placeholder: 'event, SKU, product, item, order, delivery, trace' })),
    h('label', null, 'UTC day, for deliveries and traces ', h('input', { name: 'day', type: 'date', value: given.day ?? '' })),
    h('button', { type: 'submit', class: 'primary' }, 'Search'));
}

function apply(event) {
  event.preventDefault();
  const { q, day } = Object.fromEntries(new FormData(event.target));
  go('search', null, { q: q.trim(), day });
}

function results({ q, found, readings }, given) {
  const facets = facetsOf(readings, given);
  const fits = event => (!given.status || event.status === given.status) && (!given.function || event.function === given.function);
  return [
    h('p', { class: 'sentence' }, found === 0 ? `Nothing was found for ${q}.` : `${plural(found, 'event')} found for ${q}.`),
    facets,
    readings.filter(reading => reading.events.length > 0).map(reading => section(kinds[reading.kind] ?? reading.kind,
      reading.reason && h('p', null, reading.reason),
      events(`Events: ${kinds[reading.kind] ?? reading.kind}`, reading.events.filter(fits)),
      reading.more && h('p', null, 'There may be more: ', reading.entities.map(entity => [entityLink(entity), ' '])))),
    section('What else it could have been', h('ul', null, readings.filter(reading => reading.events.length === 0)
      .map(reading => h('li', null, h('b', null, kinds[reading.kind] ?? reading.kind), `: ${reading.reason ?? 'no events'} `, reading.entities.map(entity => [entityLink(entity), ' ']))))),
  ];
}

function facetsOf(readings, given) {
  const all = new Map(readings.flatMap(reading => reading.events).map(event => [event.id, event]));
  const tally = name => [...[...all.values()].reduce((sums, event) => sums.set(event[name], (sums.get(event[name]) ?? 0) + 1), new Map())];
  return all.size > 1 && h('p', { class: 'facets' }, ['status', 'function'].flatMap(name => tally(name).map(([value, sum]) => h('a', {
    class: 'facet', 'aria-current': given[name] === value ? 'true' : null, href: link('search', null, { ...given, [name]: given[name] === value ? null : value }),
  }, name === 'status' ? badge(value) : value, ` ${number(sum)}`))));
}

function deepSearch(text) {
  const today = new Date().toISOString().slice(0, 10);
  const from = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
  return [
    h('p', null, 'Reads the payloads of the given days, newest first. The first step only says what that takes.'),
    h('form', { class: 'filters', onsubmit: event => void forecast(event) },
      h('label', null, 'Text (case matters) ', h('input', { name: 'text', required: true, maxlength: 200, value: deepText || text, autocomplete: 'off', spellcheck: 'false' })),
      h('label', null, 'First UTC day ', h('input', { name: 'from', type: 'date', required: true, value: from })),
      h('label', null, 'Last ', h('input', { name: 'to', type: 'date', required: true, value: today })),
      h('button', { type: 'submit' }, 'What does it take?')),
    h('div', { id: 'deep-result', 'aria-live': 'polite' }),
  ];
}

async function forecast(event) {
  event.preventDefault();
  const wanted = Object.fromEntries(new FormData(event.target));
  deepText = wanted.text;
  await into(async () => {
    const { forecast } = await send('POST', '/search/deep', { ...wanted, dryRun: true });
    return [
      h('p', null, `It reads ${plural(forecast.segments, 'segment')} (${bytes(forecast.bytes)}), costs ${dollars(forecast.dollars)} and takes about ${duration(forecast.seconds * 1000)}. It stops at 50 hits.`),
      h('div', { class: 'buttons' }, button('Search inside payloads', () => void run(wanted), 'primary')),
    ];
  });
}

async function run(wanted, cursor, before = []) {
  await into(async () => {
    const answer = await send('POST', '/search/deep', { ...wanted, ...(cursor && { cursor }) });
    const hits = [...before, ...answer.hits];
    return [
      h('p', null, `${plural(hits.length, 'hit')}; ${plural(answer.segments, 'segment')} read (${bytes(answer.bytes)})${answer.unreadable > 0 ? `, ${answer.unreadable} not to the end` : ''}.`),
      hits.length > 0 && table('Payloads with the text', [
        ['Event', hit => eventLink(hit.eventId)], ['Source', hit => hit.source], ['Topic', hit => hit.topic], ['Received', hit => time(hit.receivedAt)],
      ], hits, { key: hit => hit.eventId, open: hit => link('events', hit.eventId) }),
      answer.next ? h('div', { class: 'buttons' }, button('Go on', () => void run(wanted, answer.next, hits))) : empty('Everything has been looked through.'),
    ];
  });
}

// The last one that was asked for is shown, whichever comes last.
let asked = 0;

async function into(work) {
  const mine = ++asked;
  const show = (...content) => mine === asked && document.getElementById('deep-result')?.replaceChildren(...content);
  show(empty('Searching…'));
  try {
    show(...(await work()).flat().filter(node => node));
  } catch (problem) {
    show(problemBox(problem));
  }
}
