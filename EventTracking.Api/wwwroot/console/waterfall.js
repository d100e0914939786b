// Attempts and their steps as bars on one time axis per attempt.

import { h } from './dom.js';
import { duration, time } from './format.js';
import { badge } from './parts.js';
import { failure } from './failure.js';

export function waterfall(event) {
  const newest = event.attempts.at(-1)?.number;
  return event.attempts.map(attempt => h('details', { class: 'attempt', 'data-key': `attempt-${attempt.number}`, open: attempt.number === newest },
    h('summary', null, `Attempt ${attempt.number} `, badge(attempt.outcome ?? 'processing'), ' ', duration(lengthOf(attempt)), ' ', h('small', null, time(attempt.startedAt))),
    attempt.detail && h('p', null, attempt.detail),
    attempt.steps.length > 0 && steps(attempt),
    attempt.failure && attempt.number !== newest && failure(attempt.failure),
    attempt.failure && attempt.number === newest && h('p', { class: 'message bad' }, attempt.failure.message)));
}

function lengthOf(attempt) {
  return attempt.endedAt ? Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt) : null;
}

// A step lasts until the next one begins, the last until the attempt ends.
function steps(attempt) {
  const total = Math.max(1, lengthOf(attempt) ?? 0, attempt.steps.at(-1).elapsedMilliseconds);
  return h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': `Steps of attempt ${attempt.number}` },
    h('table', { class: 'waterfall' },
      h('caption', { class: 'hidden' }, `Steps of attempt ${attempt.number}`),
      h('thead', null, h('tr', null, ['Step', 'Begins after', 'Takes', 'Within the attempt'].map(title => h('th', { scope: 'col' }, title)))),
      h('tbody', null, attempt.steps.map((step, index) => {
        const end = attempt.steps[index + 1]?.elapsedMilliseconds ?? total;
        const isLast = index === attempt.steps.length - 1;
        const begin = (step.elapsedMilliseconds / total) * 100;
        return h('tr', null,
          h('th', { scope: 'row' }, step.name),
          h('td', { class: 'number' }, duration(step.elapsedMilliseconds)),
          h('td', { class: 'number' }, duration(end - step.elapsedMilliseconds)),
          h('td', null, h('svg', { viewBox: '0 0 100 8', preserveAspectRatio: 'none', class: `lane kind-${isLast && attempt.failure ? 'bad' : 'info'}`, 'aria-hidden': 'true' },
            h('line', { x1: 0, x2: 100, y1: 7.5, y2: 7.5, class: 'base' }),
            h('rect', { x: Math.min(99, begin), y: 1, width: Math.max(1, ((end - step.elapsedMilliseconds) / total) * 100), height: 6 }))));
      }))));
}
