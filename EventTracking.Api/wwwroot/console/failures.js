// Failures: causes, and the groups within each.

import { h } from './dom.js';
import { find, get, query, send } from './api.js';
import { go, link } from './route.js';
import { isOperator } from './session.js';
import { ask } from './dialog.js';
import { sparkline } from './chart.js';
import { number, plural, time, words } from './format.js';
import { badge, button, count, empty, eventLink, events, heading, mayPass, missing, section, table } from './parts.js';
import { planButtons } from './plan.js';
import { mootOf } from './sentence.js';

const states = ['open', 'investigating', 'resolved', 'muted'];

export async function load({ query: { cause, state } }, signal) {
  const failures = await find(`/failures${query({ cause, state })}`, signal);
  const notifications = await find('/notifications', signal);
  const moot = failures?.count > 0 ? await mootOf(signal) : null;
  return { failures, notifications, moot, failed: failures ? null : await get(`/events${query({ status: 'failed' })}`, signal), asOf: failures?.asOf, pollAfter: 10_000 };
}

export function view({ failures, notifications, moot, failed }, { query: given }) {
  if (!failures) {
    return [heading('Failures'), missing('Groups of failures are'), events('Failed events', failed.events, true)];
  }

  const { causes } = failures;
  return [
    heading('Failures', filter(given)),
    h('p', { class: 'sentence' }, causes.length === 0 ? (given.cause || given.state ? 'No group of failures fits this filter.' : 'Nothing has failed.') : [
      plural(causes.length, 'cause'), ', ', count(failures.count, null, `failed or retrying${failures.truncated ? ' at least' : ''}`),
      moot?.count > 0 && moot.count <= failures.count && !given.cause && !given.state && [', ', count(moot.count, link('moot'), `of them moot since${moot.truncated ? ', at least' : ''}`)], '.',
    ]),
    causes.map(cause => section(`${cause.cause}: ${plural(cause.groups.length, 'group')}, ${plural(cause.count, 'event')}`,
      groups(cause),
      planButtons({ cause: cause.cause }, cause.count))),
    failures.moreGroups > 0 && h('p', null, `${plural(failures.moreGroups, 'further group')} with fewer events ${failures.moreGroups === 1 ? 'is' : 'are'} not shown.`),
    notifications && section('Notifications of the last week', said(notifications)),
  ];
}

function filter(given) {
  return h('form', { class: 'filters' },
    h('label', null, 'State ', h('select', { name: 'state', onchange: event => go('failures', null, { ...given, state: event.target.value }) },
      h('option', { value: '' }, 'any'), states.map(state => h('option', { value: state, selected: given.state === state }, state)))),
    given.cause && h('a', { class: 'button', href: link('failures', null, { state: given.state }) }, `Only ${given.cause} ✕`));
}

function groups(cause) {
  return table(`Groups with the cause ${cause.cause}`, [
    ['State', group => badge(group.state)],
    ['Group', group => [h('a', { href: link('failures', group.fingerprint) }, group.title), group.comebacks > 0 && h('small', { class: 'bad' }, ` came back ${plural(group.comebacks, 'time')}`)]],
    ['Events', group => h('a', { href: link('events', null, { fingerprint: group.fingerprint }) }, number(group.count)), 'number'],
    ['Last 24 hours', group => sparkline('Failures per hour', group.trend)],
    ['First', group => time(group.firstAt)],
    ['Last', group => time(group.lastAt)],
    ['May pass by itself', group => mayPass(group) ?? '?'],
    ['Owner', group => group.owner ?? ''],
    ['Newest', group => (group.sample[0] ? eventLink(group.sample[0], 'event') : '')],
  ], cause.groups, { key: group => group.fingerprint, open: group => link('failures', group.fingerprint) });
}

function said({ channel, notifications }) {
  return [
    h('p', null, channel ? `They are sent as ${channel === 'slack' ? 'Slack messages' : 'JSON'}.` : 'No channel is set up, so this is what would have been sent.'),
    notifications.length === 0 ? empty('None.') : table('Notifications of the last week', [
      ['When', one => time(one.at)], ['What', one => one.title], ['Why', one => words(one.kind)], ['Events', one => number(one.count), 'number'], ['State', one => words(one.state)], ['Error', one => one.error ?? ''],
    ], notifications.slice(0, 20), { key: one => `${one.subject} ${one.at}` }),
    channel && isOperator() && h('div', { class: 'buttons' }, button('Send a test', test)),
  ];
}

function test() {
  ask({
    title: 'Send a test', reason: 'none', confirm: 'Send', text: 'The channel gets one message that says that it is a test.',
    run: () => send('POST', '/notifications/test'), said: result => (result.error ? `It could not be sent: ${result.error}` : `The test is ${words(result.state)}.`),
  });
}
