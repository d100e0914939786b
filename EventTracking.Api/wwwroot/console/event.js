// Event: everything about one event, and what can be done with it.

import { h } from './dom.js';
import { attempt, get, segment } from './api.js';
import { link } from './route.js';
import { isOperator } from './session.js';
import { exact, number, time, words } from './format.js';
import { badge, button, empty, entityLink, eventLink, facts, heading, section, table } from './parts.js';
import { waterfall } from './waterfall.js';
import { failure } from './failure.js';
import { payload, payloadView } from './payload.js';
import { graph } from './graph.js';
import { lastGood, neighborsOf, related } from './related.js';
import { compare } from './compare.js';
import { dismiss, edit, replay } from './actions.js';

const settled = ['succeeded', 'failed', 'ignored', 'superseded', 'dismissed', 'waiting'];
const around = 4;
const mostCauses = 5;
const mostEffects = 12;
const mostEdits = 5;
const mostEdited = 1_000_000;

export async function load({ id }, signal) {
  const event = await get(`/events/${segment(id)}`, signal);
  const [body, causes, effects, edits, neighbors] = await Promise.all([
    payload(event, signal),
    attempt(related(event.causes.filter(cause => cause.status !== null).slice(0, mostCauses).map(cause => cause.id), signal), []),
    attempt(related(event.effects.slice(0, mostEffects), signal), []),
    attempt(related((event.editedReplays ?? []).slice(-mostEdits), signal), []),
    event.entity ? attempt(neighborsOf(event, signal), []) : [],
  ]);
  const goodId = event.error !== null || event.status === 'waiting' ? await attempt(lastGood(event, neighbors, signal), null) : null;
  const good = goodId && (await attempt(related([goodId], signal), []))[0];
  return {
    event, body, causes, effects, edits, neighbors, good, goodBody: good && await payload(good, signal),
    pollAfter: settled.includes(event.status) ? 5000 : 1000,
  };
}

export function view(data) {
  const { event } = data;
  return [
    heading(['Event', `${event.entity ?? event.topic} ${event.id}`], badge(event.status), isOperator() && h('span', { class: 'buttons' },
      button('Replay', () => replay(event), 'primary'), data.body.text?.length <= mostEdited && button('Edit and replay', () => edit(event, data.body)),
      ['failed', 'waiting', 'retrying'].includes(event.status) && button('Dismiss', () => dismiss(event)))),
    facts([
      ['Id', h('code', null, event.id)], ['About', event.entity && entityLink(event.entity)],
      ['Function', h('a', { href: link('events', null, { function: event.function }) }, event.function)],
      ['From', `${event.source}, ${event.account}`], ['Topic', exact(event.topic)],
      ['Triggered', time(event.triggeredAt)], ['Received', time(event.receivedAt)], ['In this status since', time(event.updatedAt)],
      ['Waits for', event.waitingOn && h('a', { href: link('waiting') }, event.waitingOn)], ['Next attempt', event.retryAt && time(event.retryAt)], ['Runs until at most', event.leaseUntil && time(event.leaseUntil)],
      ['Delivery', event.deliveryId && h('code', null, event.deliveryId)],
      ['Trace', event.traceId && (event.traceUrl ? h('a', { href: event.traceUrl, rel: 'noreferrer', target: '_blank' }, event.traceId) : h('code', null, event.traceId))],
      ['Logs', event.logsUrl && h('a', { href: event.logsUrl, rel: 'noreferrer', target: '_blank' }, 'Lines about this event')],
      ['Edited replay of', event.editedReplayOf && eventLink(event.editedReplayOf)],
      ['Edited replays', event.editedReplays?.length > 0 && event.editedReplays.map(id => [eventLink(id), ' ', statusOf(data.edits, id), ' '])],
    ]),
    event.status === 'failed' && covered(event, data),
    event.error && section('Error', failure(event.error)),
    section('Attempts', event.attempts.length === 0 ? empty('None yet.') : waterfall(event)),
    event.history.length > 0 && section('Replays, releases and dismissals', history(event.history)),
    section('Payload', payloadView(event, data.body)),
    data.good && section('Compared with the last good one', compare(event, data.body, data.good, data.goodBody)),
    (event.causes.length > 0 || event.effectCount > 0) && section('Causes and effects', graph(event, data.causes, data.effects)),
    event.entity && section(`Events about ${event.entity}`, neighbors(event, data.neighbors)),
  ];
}

function statusOf(events, id) {
  const found = events.find(one => one.id === id);
  return found ? badge(found.status) : '';
}

// What a plan would call moot, as far as this page knows; and what was replayed with another payload stays failed itself.
function covered(event, { neighbors, edits }) {
  const later = neighbors.find(one => one.status === 'succeeded' && one.id > event.id && one.function === event.function && one.source === event.source && one.topic === event.topic);
  const edited = edits.find(one => one.status === 'succeeded');
  return (later || edited) && h('p', { class: 'notice' },
    edited ? ['Its edited replay ', eventLink(edited.id), ' has succeeded'] : ['It is moot: the later event ', eventLink(later.id), ' about the same thing has succeeded'], ', so a replay changes nothing. It can be dismissed.');
}

function history(entries) {
  return table('Replays, releases and dismissals', [
    ['When', entry => time(entry.at)], ['What', entry => words(entry.kind)],
    ['Who', entry => (/^[0-9A-HJKMNP-TV-Z]{26}$/.test(entry.by) ? eventLink(entry.by) : entry.by)],
    ['Why', entry => exact(entry.reason)],
    ['Job', entry => (entry.job ? h('a', { href: link('replays', entry.job) }, entry.job) : '')],
    ['After attempt', entry => number(entry.afterAttempt), 'number'],
  ], entries);
}

// The list is newest first; a few on each side of the event.
function neighbors(event, list) {
  const at = list.findIndex(one => one.id === event.id);
  const shown = at < 0 ? list.slice(0, around) : list.slice(Math.max(0, at - around), at + around + 1);
  return [
    table(`Events about ${event.entity}`, [
      ['Order', one => (one.id === event.id ? 'this one' : one.id > event.id ? 'later' : 'earlier')],
      ['Status', one => badge(one.status)], ['Event', one => eventLink(one.id)], ['Function', one => one.function], ['Topic', one => `${one.source} ${exact(one.topic)}`],
      ['Triggered', one => time(one.triggeredAt)], ['Error', one => h('span', { class: 'message' }, exact(one.error))],
    ], shown, { key: one => one.id, open: one => link('events', one.id) }),
    h('p', null, h('a', { href: link('events', null, { entity: event.entity }) }, 'All of them')),
  ];
}
