// Moot failures: those that a replay would not change.

import { h } from './dom.js';
import { get, query } from './api.js';
import { link } from './route.js';
import { exact, number, plural, time } from './format.js';
import { button, empty, entityLink, eventLink, heading, table } from './parts.js';
import { planDismissal } from './plan.js';
import { isOperator } from './session.js';

export const load = async ({ query: { cursor } }, signal) => ({ ...await get(`/failures/moot${query({ cursor })}`, signal), pollAfter: 15_000 });

export function view(page) {
  return [
    heading('Moot failures', isOperator() && page.count > 0 && h('span', { class: 'buttons' },
      button(`Plan a dismissal of ${number(page.count)}`, () => planDismissal({ filter: { status: 'failed', verdict: 'moot' } }, `Plan a dismissal of ${number(page.count)}`), 'primary'))),
    h('p', { class: 'sentence' }, `${plural(page.count, 'failure is', 'failures are')} moot, of ${number(page.judged)} that were judged${page.truncated ? '; there are more' : ''}.`),
    h('p', null, 'A later event about the same thing has succeeded, so a replay would change nothing. A plan leaves them out by itself.'),
    page.events.length === 0 ? empty('None.') : table('Moot failures', [
      ['Event', one => eventLink(one.event.id)], ['Because of', one => (one.because ? eventLink(one.because) : '')], ['About', one => entityLink(one.event.entity)],
      ['Function', one => one.event.function], ['Topic', one => `${one.event.source} ${exact(one.event.topic)}`], ['Failed', one => time(one.event.updatedAt)],
      ['Error', one => h('span', { class: 'message' }, exact(one.event.error))],
    ], page.events, { key: one => one.event.id, open: one => link('events', one.event.id) }),
    page.next && h('nav', { class: 'buttons', 'aria-label': 'Pages' }, h('a', { class: 'button', href: link('moot', null, { cursor: page.next }) }, 'Older')),
  ];
}
