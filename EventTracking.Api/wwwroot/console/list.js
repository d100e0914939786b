// Events: the list that the numbers of the console lead to.

import { h } from './dom.js';
import { get, query } from './api.js';
import { go, link } from './route.js';
import { button, clear, empty, events, heading } from './parts.js';
import { planButtons } from './plan.js';

const statuses = ['queued', 'processing', 'succeeded', 'superseded', 'ignored', 'waiting', 'retrying', 'failed', 'dismissed'];
const filters = [['source', 'Source'], ['topic', 'Topic'], ['function', 'Function'], ['entity', 'About (kind:id)'], ['fingerprint', 'Fingerprint'], ['waitingOn', 'Waits for (kind:id)'], ['from', 'From (ISO 8601)'], ['to', 'Before']];

export const load = async ({ query: given }, signal) => get(`/events${query(given)}`, signal);

// Also shown if the filters are refused, so that they can be put right.
export const form = ({ query: given }) => filter(given);

export function view(page, { query: given }) {
  const hasFilter = Object.keys(given).some(name => name !== 'cursor' && name !== 'limit');
  return [
    heading('Events', page.events.length > 0 && bulk(given)),
    filter(given),
    page.events.length === 0 ? empty(hasFilter ? 'No event fits these filters.' : 'There are no events yet.') : events('Events', page.events, page.orderedBy === 'updatedAt'),
    h('nav', { class: 'buttons', 'aria-label': 'Pages' },
      given.cursor && h('a', { class: 'button', href: link('events', null, { ...given, cursor: null }) }, 'Newest'),
      page.next && h('a', { class: 'button', href: link('events', null, { ...given, cursor: page.next }) }, 'Older')),
  ];
}

// What is meant by a plan is said by the same filters, except for what is waited for, which Waiting acts on.
function bulk({ cursor, limit, fingerprint, waitingOn, ...filter }) {
  return !waitingOn && (fingerprint || ['failed', 'waiting'].includes(filter.status)) && planButtons({ ...filter, ...(fingerprint && { fingerprints: [fingerprint] }) }, null);
}

function filter(given) {
  return h('form', { class: 'filters', onsubmit: apply },
    h('label', null, 'Status ', h('select', { name: 'status', onchange: event => event.target.form.requestSubmit() },
      h('option', { value: '' }, 'any'), statuses.map(status => h('option', { value: status, selected: given.status === status }, status)))),
    filters.map(([name, label]) => h('label', null, `${label} `, h('input', { name, value: given[name] ?? '', maxlength: 255, autocomplete: 'off' }))),
    h('button', { type: 'submit' }, 'Filter'),
    button('Clear', event => clear(event, 'events'), 'plain'));
}

function apply(event) {
  event.preventDefault();
  go('events', null, Object.fromEntries([...new FormData(event.target)].map(([name, value]) => [name, value.trim()])));
}
