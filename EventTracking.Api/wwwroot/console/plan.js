// A plan says for each event whether a replay is of use. It starts nothing.

import { send } from './api.js';
import { ask } from './dialog.js';
import { go } from './route.js';
import { isOperator } from './session.js';
import { number } from './format.js';
import { button } from './parts.js';

export function planButton(filter, count) {
  return isOperator() && count > 0 && button(`Plan a replay of ${number(count)}`, () => plan({ filter }, `Plan a replay of ${number(count)}`), 'primary');
}

// what: { filter } or { failedOf }, as the API takes it.
export function plan(what, title) {
  ask({
    title,
    text: 'The plan has a verdict for each event. Nothing runs before you have seen it and start it.',
    fields: [{ name: 'force', type: 'checkbox', label: 'Also run events that need no replay', hint: 'Those that are moot, superseded or waiting.' }],
    confirm: 'Make the plan',
    run: async ({ reason, force }) => {
      const job = await send('POST', '/replays', { ...what, reason, force: force === 'true' });
      go('replays', job.id);
    },
    said: 'The plan is made.',
  });
}
