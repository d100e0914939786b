// Attempts, with their steps and outgoing calls as bars on one time axis per attempt.

import { h } from './dom.js';
import { duration, exact, number, time } from './format.js';
import { badge } from './parts.js';
import { failure } from './failure.js';

export function waterfall(event) {
  const newest = event.attempts.at(-1)?.number;
  return event.attempts.map(attempt => h('details', { class: 'attempt', 'data-key': `attempt-${attempt.number}`, open: attempt.number === newest },
    h('summary', null, `Attempt ${attempt.number} `, badge(attempt.outcome ?? 'processing'), ' ', duration(lengthOf(attempt)), ' ', h('small', null, time(attempt.startedAt))),
    attempt.detail && h('p', null, exact(attempt.detail)),
    attempt.steps.length + attempt.calls.length > 0 && lanes(attempt),
    attempt.failure && attempt.number !== newest && failure(attempt.failure),
    attempt.failure && attempt.number === newest && h('p', { class: 'message bad' }, exact(attempt.failure.message))));
}

function lengthOf(attempt) {
  return attempt.endedAt ? Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt) : null;
}

function lanes(attempt) {
  const rows = [...stepsOf(attempt), ...attempt.calls.map(callOf)].sort((one, other) => one.begin - other.begin);
  const total = Math.max(1, lengthOf(attempt) ?? 0, ...rows.map(row => row.begin + (row.takes ?? 0)));
  const label = `Steps and outgoing calls of attempt ${attempt.number}`;
  return h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': label },
    h('table', { class: 'waterfall' },
      h('caption', { class: 'hidden' }, label),
      h('thead', null, h('tr', null, ['Step or call', 'Begins after', 'Takes', 'Within the attempt'].map(title => h('th', { scope: 'col' }, title)))),
      h('tbody', null, rows.map(row => h('tr', null,
        h('th', { scope: 'row' }, row.name),
        h('td', { class: 'number' }, duration(row.begin)),
        h('td', { class: 'number' }, duration(row.takes ?? total - row.begin)),
        h('td', null, lane(row, total)))))));
}

// A step lasts until the next one begins, the last until the attempt ends.
function stepsOf({ steps, failure: failed }) {
  return steps.map(({ elapsedMilliseconds: begin, name }, index) => ({
    name: exact(name), begin, takes: index + 1 < steps.length ? steps[index + 1].elapsedMilliseconds - begin : null, kind: failed && index + 1 === steps.length ? 'bad' : 'info',
  }));
}

function callOf({ elapsedMilliseconds, durationMilliseconds, events, result, system }) {
  const isGood = /^2\d\d$/.test(result);
  return {
    name: ['→ ', system, ' ', h('b', { class: isGood ? null : 'bad' }, result), events > 1 && h('small', null, ` shared by ${number(events)} events`)],
    begin: elapsedMilliseconds, takes: durationMilliseconds, kind: isGood ? 'wait' : 'bad',
  };
}

function lane({ begin, takes, kind }, total) {
  return h('svg', { viewBox: '0 0 100 8', preserveAspectRatio: 'none', class: `lane kind-${kind}`, 'aria-hidden': 'true' },
    h('line', { x1: 0, x2: 100, y1: 7.5, y2: 7.5, class: 'base' }),
    h('rect', { x: Math.min(99, (begin / total) * 100), y: 1, width: Math.max(1, ((takes ?? total - begin) / total) * 100), height: 6 }));
}
