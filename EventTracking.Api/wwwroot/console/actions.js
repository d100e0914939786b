// What an operator can do with an event.

import { Problem, send } from './api.js';
import { ask } from './dialog.js';
import { go } from './route.js';

const what = event => (event.entity ? `Event ${event.id} about ${event.entity}. ` : `Event ${event.id}. `);

export function replay(event) {
  const isDone = ['succeeded', 'ignored', 'superseded', 'dismissed'].includes(event.status);
  ask({
    title: 'Replay this event',
    text: what(event) + (isDone ? `The event is ${event.status}, so it has nothing left to do. A replay runs it all the same.` : 'It runs again with its own payload.'),
    confirm: 'Replay',
    run: async ({ reason }) => {
      try {
        return await send('POST', `/events/${event.id}/replay`, { reason, force: isDone });
      } catch (problem) {
        throw problem.type?.endsWith(':force-needed')
          ? new Problem(problem.status, { title: problem.title, detail: 'It has ended meanwhile, so it has nothing left to do. Go back and look at it again. You can then still replay it.' })
          : problem;
      }
    },
    said: result => `The event was sent to ${result.function}.`,
  });
}

export function edit(event, body) {
  ask({
    title: 'Edit the payload and replay',
    text: `${what(event)}This creates a new event with the payload below, caused by this one. This event does not change.`,
    fields: [{ name: 'body', label: 'Payload', rows: 14, value: body.text, required: true, exact: true }],
    confirm: 'Replay as a new event',
    run: async ({ reason, body: text }) => {
      const result = await send('POST', `/events/${event.id}/replay`, { reason, payload: { body: text } });
      go('events', result.id);
      return result;
    },
    said: result => `The new event ${result.id} was sent to ${result.function}.`,
  });
}

export function dismiss(event) {
  ask({
    title: 'Dismiss this event',
    text: `${what(event)}It ends without being processed. It can still be replayed.`,
    confirm: 'Dismiss',
    run: ({ reason }) => send('POST', `/events/${event.id}/dismiss`, { reason }),
    said: 'The event was dismissed.',
  });
}
