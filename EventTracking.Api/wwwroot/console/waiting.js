// Waiting: what is waited for, and what can be done about it.

import { h } from './dom.js';
import { find, Problem, segment, send } from './api.js';
import { link } from './route.js';
import { isOperator } from './session.js';
import { ask, manyEvents } from './dialog.js';
import { exact, number, plural, time } from './format.js';
import { badge, button, empty, entityLink, eventLink, heading, missing, table } from './parts.js';

export async function load(route, signal) {
  return { waiting: await find('/waiting', signal) };
}

export function view({ waiting }) {
  if (!waiting) {
    return [heading('Waiting'), missing('The list of what is waited for is'), h('p', null, h('a', { href: link('events', null, { status: 'waiting' }) }, 'All events that wait'))];
  }

  return [
    heading('Waiting'),
    h('p', { class: 'sentence' }, h('a', { class: 'count', href: link('events', null, { status: 'waiting' }) }, h('b', null, number(waiting.count)), waiting.count === 1 ? ' event waits' : ' events wait'), waiting.truncated && ' at least', '.'),
    waiting.dependencies.length === 0 ? empty('Nothing waits.') : table('What is waited for', [
      ['Waited for', one => entityLink(one.dependency)],
      ['Events', one => h('a', { href: link('events', null, { status: 'waiting', waitingOn: one.dependency }) }, number(one.count)), 'number'],
      ['Since', one => time(one.since)],
      ['Import', one => (one.import ? [badge(one.import.status), ' ', eventLink(one.import.id, 'event')] : 'none yet')],
      ['Last error', one => h('span', { class: 'message' }, exact(one.import?.lastError))],
      ['Gives up', one => time(one.givesUpAt)],
      ['Actions', one => isOperator() && h('span', { class: 'buttons' },
        button('Import now', () => act(one, 'import', 'Import now', 'none')),
        button('Release', () => act(one, 'release', 'Release', 'optional')),
        button('Dismiss', () => act(one, 'dismiss', 'Dismiss', 'required')))],
    ], waiting.dependencies, { key: one => one.dependency }),
    waiting.moreDependencies > 0 && h('p', null, `${plural(waiting.moreDependencies, 'other entity is', 'other entities are')} waited for by fewer events.`),
  ];
}

// Of more than these, a call dismisses so many.
const mostDismissed = 1000;

function act(one, verb, title, reason) {
  const many = Math.min(one.count, mostDismissed);
  const texts = {
    import: `Imports ${one.dependency} now. If it is found, ${plural(one.count, 'event runs', 'events run')} again.`,
    release: `Runs ${plural(one.count, 'event')} again although ${one.dependency} may still be missing. What needs it waits again.`,
    dismiss: `Ends ${plural(many, 'event')}${one.count > many ? ` of ${number(one.count)}` : ''} as dismissed. What is dismissed does not run again by itself.`,
  };
  const dones = {
    import: () => `${one.dependency} is imported.`,
    release: ({ released }) => `${plural(released, 'event')} released.`,
    dismiss: ({ dismissed, more }) => `${plural(dismissed, 'event')} dismissed.${more ? ' More of them wait.' : ''}`,
  };
  ask({
    title: `${title}: ${one.dependency}`, text: texts[verb], reason, count: verb === 'import' ? 0 : one.count, confirm: title,
    run: async values => {
      await checkCount(one, verb);
      return send('POST', `/waiting/${segment(one.dependency)}/${verb}`, values.reason ? { reason: values.reason } : {});
    },
    said: dones[verb],
  });
}

// So many events need their number typed, also if they have come since the question was asked.
async function checkCount({ dependency, count }, verb) {
  const now = verb === 'import' || count > manyEvents ? 0 : (await find('/waiting'))?.dependencies.find(other => other.dependency === dependency)?.count ?? 0;
  if (now > manyEvents) {
    throw new Problem(409, { title: 'More events wait now', detail: `${number(count)} waited for ${dependency} when you were asked, and ${number(now)} do now. Go back and begin again.` });
  }
}
