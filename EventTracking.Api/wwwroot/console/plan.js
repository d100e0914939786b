// A plan says for each event whether a replay is of use, or which events are dismissed. It starts nothing.

import { h } from './dom.js';
import { send } from './api.js';
import { ask } from './dialog.js';
import { go } from './route.js';
import { isOperator } from './session.js';
import { number } from './format.js';
import { button } from './parts.js';

// The number is that of the list which the buttons stand at; null if it is not known.
export function planButtons(filter, count) {
  const meant = count === null ? 'all that fit' : number(count);
  return isOperator() && count !== 0 && h('span', { class: 'buttons' },
    button(`Plan a replay of ${meant}`, () => plan({ filter }, `Plan a replay of ${meant}`), 'primary'),
    button(`Plan a dismissal of ${meant}`, () => planDismissal({ filter }, `Plan a dismissal of ${meant}`)));
}

// what: { filter } or { failedOf }, as the API takes it.
export function plan(what, title) {
  ask({
    title,
    text: 'The plan has a verdict for each event. Nothing runs before you have seen it and start it.',
    fields: [{ name: 'force', type: 'checkbox', label: 'Also run events that need no replay', hint: 'Those that are moot, superseded or waiting.' }],
    confirm: 'Make the plan',
    run: ({ reason, force }) => make({ ...what, reason, force: force === 'true' }),
    said: 'The plan is made.',
  });
}

export function planDismissal(what, title) {
  ask({
    title,
    text: 'A dismissed event ends without being processed; it can still be replayed, one by one. Nothing is dismissed before you have seen the plan and start it.',
    confirm: 'Make the plan',
    run: ({ reason }) => make({ ...what, reason, action: 'dismiss' }),
    said: 'The plan is made.',
  });
}

async function make(request) {
  go('replays', (await send('POST', '/replays', request)).id);
}
