// A group of failures: what they have in common, and what was decided.

import { h } from './dom.js';
import { find, get, query, segment } from './api.js';
import { link } from './route.js';
import { isOperator } from './session.js';
import { bars } from './chart.js';
import { exact, number, percent, plural, time } from './format.js';
import { badge, button, empty, entityLink, events, facts, heading, mayPass, missing, section, table } from './parts.js';
import { planButtons } from './plan.js';
import { triage } from './triage.js';

export async function load({ id }, signal) {
  const [detail, page] = await Promise.all([find(`/failures/${segment(id)}`, signal), get(`/events${query({ fingerprint: id, limit: 20 })}`, signal)]);
  return { detail, page, asOf: detail?.asOf, pollAfter: 10_000 };
}

export function view({ detail, page }, { id }) {
  if (!detail) {
    return [heading(`Failures ${id}`), empty('No failures with this fingerprint are known any more.'), events('Events of the group', page.events, true)];
  }

  const { group, moot } = detail;
  const decided = detail.triage;
  return [
    heading(group.title, badge(group.state), h('span', { class: 'buttons' },
      planButtons({ fingerprints: [group.fingerprint], function: group.function }, group.count), isOperator() && button('Triage', () => triage(group, decided)))),
    h('p', null, group.definition),
    facts([
      ['Events', h('a', { href: link('events', null, { fingerprint: group.fingerprint }) }, plural(group.count, 'event'))],
      ['Failed for good', h('a', { href: link('events', null, { fingerprint: group.fingerprint, status: 'failed' }) }, number(group.failed))],
      ['Moot', moot.judged > 0 && `${number(moot.moot)} of the newest ${number(moot.judged)}: a later event has succeeded`],
      ['First', group.firstAt && time(group.firstAt)], ['Last', group.lastAt && time(group.lastAt)],
      ['May pass by itself', mayPass(group)],
      ['Function', h('a', { href: link('events', null, { function: group.function }) }, group.function)],
      ['Code', group.code && h('code', null, group.code)], ['Type', group.type && h('code', null, group.type)],
      ['Came back', group.comebacks > 0 && [plural(group.comebacks, 'time'), ', last ', time(group.cameBackAt)]],
      ['Owner', decided.owner && exact(decided.owner)], ['Note', decided.note && exact(decided.note)], ['Link', decided.link && h('a', { href: decided.link, rel: 'noreferrer', target: '_blank' }, decided.link)],
      ['Resolved', decided.resolution && (decided.resolution.effectiveAt ? [decided.resolution.kind, ', since ', time(decided.resolution.effectiveAt)] : 'when its last event has succeeded')],
      ['Muted', decided.mute && muteText(decided.mute)],
    ]),
    section('Failures per hour', bars('Failures per hour', hours(), [{ name: 'failures', kind: 'bad', values: group.trend }])),
    group.count > 0 && section('What they have in common', h('div', { class: 'columns' },
      common('Entities', group.entities, group.count, entityLink), common('Messages', group.messages, group.count), common('Accounts', group.accounts, group.count),
      common('HTTP status', group.httpStatuses, group.count), common('Builds', group.builds, group.count))),
    section('Newest events', page.events.length === 0 ? empty('None.') : events('Newest events of the group', page.events, true)),
    decided.history.length > 0 && section('Decisions', table('Decisions', [['When', entry => time(entry.at)], ['Who', entry => entry.by], ['What', entry => entry.what]], [...decided.history].reverse())),
  ];
}

// The last bar is the present hour, counted back from now.
function hours() {
  return Array.from({ length: 24 }, (_, index) => (index === 23 ? 'this hour' : `${24 - index} h ago`));
}

function muteText({ until, count, perHour }) {
  const ends = [until && ['until ', time(until)], count && `until more than ${number(count)} have failed`, perHour && `until more than ${number(perHour)} fail within an hour`].filter(part => part);
  return ends.length === 0 ? 'until somebody changes it' : ends.map((part, index) => [index > 0 && ' or ', part]);
}

function common(title, values, total, show = exact) {
  return values.length > 0 && h('div', null, h('h3', null, title),
    h('ul', { class: 'plain' }, values.map(one => h('li', { class: 'message' }, show(one.value), h('small', null, ` ${number(one.count)} (${percent(one.count / total)})`)))));
}
