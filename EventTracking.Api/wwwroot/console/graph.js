// Causes on the left, effects on the right, each with how long it waited and ran.

import { h } from './dom.js';
import { link } from './route.js';
import { duration, exact, plural } from './format.js';
import { badge } from './parts.js';

export function graph(event, known, effects) {
  const causes = [...event.causes].reverse();
  return h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': 'Causes and effects' },
    h('ol', { class: 'graph' },
      causes.map(cause => h('li', null, node(cause, cause.status === 'failed', timesOf(known.find(one => one.id === cause.id))))),
      h('li', { 'aria-current': 'true' }, node(event, event.status === 'failed', timesOf(event))),
      event.effectCount > 0 && h('li', null,
        h('ul', null, effects.map(effect => h('li', null, node(effect, effect.status === 'failed', timesOf(effect)))),
          event.effectCount > effects.length && h('li', null, h('a', { class: 'node', href: link('search', null, { q: event.correlationId }) }, `and ${plural(event.effectCount - effects.length, 'more event')}`))))));
}

function node(event, failed, times) {
  return h('a', { href: link('events', event.id), class: failed ? 'node is-bad' : 'node' },
    h('span', null, badge(event.status ?? 'deleted')),
    h('b', null, exact(event.topic ?? 'deleted')), h('span', null, exact(event.entity ?? event.source)),
    times && h('small', null, times));
}

function timesOf(event) {
  if (!event) {
    return null;
  }

  const first = event.attempts[0];
  if (!first) {
    return 'not run yet';
  }

  const run = event.attempts.reduce((sum, attempt) => sum + (attempt.endedAt ? Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt) : 0), 0);
  return `waited ${duration(Math.max(0, Date.parse(first.startedAt) - Date.parse(event.receivedAt)))}, ran ${duration(run)}`;
}
