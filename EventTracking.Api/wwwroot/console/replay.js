// A replay: its plan with verdicts, how far it is, and how its events ended.

import { h } from './dom.js';
import { find, get, query, segment, send } from './api.js';
import { go, link } from './route.js';
import { isOperator } from './session.js';
import { meter } from './chart.js';
import { ask } from './dialog.js';
import { exact, number, plural, span, time } from './format.js';
import { badge, button, empty, entityLink, eventLink, facts, heading, section, table } from './parts.js';
import { plan } from './plan.js';

const verdicts = {
  go: 'to be run', unlikely: 'failed for good on the build that runs now: run last', moot: 'moot: it has ended, or a later event has succeeded', superseded: 'superseded by a newer event of the plan', waiting: 'still waits', 'in-progress': 'in progress',
  changed: 'changed since the plan was made', 'payload-expired': 'its payload has expired', 'function-gone': 'its function is gone',
  futile: 'a replay cannot help',
};

// A dismissal runs nothing.
const dismissals = {
  go: ['to be dismissed', 'meant to be dismissed', 'dismissed'], moot: 'ended already', obligation: 'not dismissed among others: each must be looked at by itself', 'in-progress': 'in progress',
};

// Each with how many events have been sent by its end.
const stages = [['1 event', 1], ['10', 11], ['100', 111]];
const pauses = { operator: 'An operator paused it.', 'first-failed': 'The first event did not succeed.', failures: 'So many events failed again that it is no coincidence.' };

export async function load({ id, query: { verdict, outcome, cursor } }, signal) {
  const path = `/replays/${segment(id)}`;
  const [job, page] = await Promise.all([get(path, signal), find(`${path}/events${query({ verdict, outcome, cursor, limit: 50 })}`, signal)]);
  return { job, page, pollAfter: job.pollAfter ? job.pollAfter * 1000 : ['planned', 'paused'].includes(job.state) ? 5000 : 30_000 };
}

export function view({ job, page }, { id, query: given }) {
  return [
    heading([job.action === 'dismiss' ? 'Bulk dismissal' : 'Replay', `${job.action === 'dismiss' ? 'Dismissal' : 'Replay'} ${job.id}`], badge(job.state), isOperator() && actions(job)),
    job.state === 'planned' && job.nothingChanged && h('div', { class: 'problem warn', role: 'note' }, h('strong', null, 'Nothing has changed since these failed'),
      h('p', null, 'The same failures happened within the last ten minutes on the same build. The replay starts with one event.')),
    job.state === 'planned' && job.verdicts.unlikely > 0 && job.verdicts.unlikely === job.progress.planned && h('div', { class: 'problem warn', role: 'note' }, h('strong', null, 'Another attempt may not help'),
      h('p', null, 'All of these failed for good on the build that runs now. Unless what they need was put right elsewhere, they fail again.')),
    job.pausedBecause && h('div', { class: 'problem', role: 'note' }, h('strong', null, 'Paused'), h('p', null, pauses[job.pausedBecause])),
    facts([
      ['Id', h('code', null, job.id)], ['By', job.by], ['Why', job.reason && exact(job.reason)], ['Made', time(job.createdAt)], ['Started', job.startedAt && time(job.startedAt)], ['Ended', job.endedAt && time(job.endedAt)],
      ['Events meant', job.failedOf ? ['failed in ', h('a', { href: link('replays', job.failedOf) }, job.failedOf)] : filterText(job.filter)], ['Forced', job.force ? 'yes' : null],
      ['Rate', ['running', 'paused'].includes(job.state) ? (job.eventsPerSecond ? `${number(job.eventsPerSecond)} per second` : 'automatic, live traffic first') : null],
      ['Cause check', job.action === 'replay' && job.state === 'planned' && causeCheck(job)],
      ['Speed', job.progress.perSecond && `${number(job.progress.perSecond)} per second`], ['Time left', job.progress.secondsLeft !== null && span(job.progress.secondsLeft * 1000)],
      ['Kept until', job.state !== 'running' && time(job.expiresAt)],
    ]),
    section('Plan', h('ul', { class: 'facets' }, Object.entries(job.verdicts).filter(([, sum]) => sum > 0).map(([verdict, sum]) => h('li', null, h('a', {
      class: 'facet', href: link('replays', id, { verdict: given.verdict === verdict ? null : verdict }), 'aria-current': given.verdict === verdict ? 'true' : null,
    }, h('b', null, number(sum)), ` ${verdictText(job, verdict)}`))))),
    job.startedAt && section('Progress', job.progress.stages > 1 && ramp(job), progress(job, id, given)),
    page && section(given.verdict || given.outcome ? `Events: ${given.verdict ?? given.outcome}` : 'Events', list(job, page, id, given)),
  ];
}

function verdictText({ action, state }, verdict) {
  if (action !== 'dismiss') {
    return verdicts[verdict] ?? verdict;
  }

  const text = dismissals[verdict] ?? verdict;
  return Array.isArray(text) ? text[state === 'planned' ? 0 : state === 'ended' ? 2 : 1] : text;
}

function causeCheck({ nothingChanged, causeChecked, verdicts: { unlikely = 0 }, progress: { planned } }) {
  return planned === 0 ? 'not needed: no event is to be run'
    : nothingChanged ? 'nothing has changed'
      : !causeChecked ? 'not possible: it is not known when or on which build they failed'
        : unlikely === planned ? 'they failed for good on the build that runs now'
          : `passed: they failed on another build, or more than ten minutes before the plan${unlikely > 0 ? `; ${number(unlikely)} of them for good on the build that runs now` : ''}`;
}

function actions(job) {
  const act = (verb, title, text, extra = {}) => ask({
    title, text, confirm: title, reason: 'none', ...extra, run: values => send('POST', `/replays/${job.id}/${verb}`, extra.body?.(values) ?? {}),
  });
  const { planned } = job.progress;
  const failures = job.outcomes.failed > 0;
  return h('span', { class: 'buttons' },
    job.state === 'planned' && planned > 0 && button(`Start the ${job.action === 'dismiss' ? 'dismissal' : 'replay'} of ${number(planned)}`, () => act('start', 'Start', startText(job), {
      count: planned, said: job => `Started.${job.arrivedSince > 0 ? ` ${plural(job.arrivedSince, 'event')} arrived since the plan was made and are not part of it.` : ''}`,
      fields: job.action === 'dismiss' ? [] : [{ name: 'rate', label: 'Events per second', type: 'number', min: 1, max: 1000, hint: 'Empty: automatic, live traffic first.' }],
      body: ({ rate }) => (rate ? { eventsPerSecond: Number(rate) } : {}),
    }), 'primary'),
    job.state === 'running' && button('Pause', () => act('pause', 'Pause', 'No further events are sent. Those that were sent run to their end.', { said: 'It is paused.' }), 'primary'),
    ['running', 'paused'].includes(job.state) && button('Change the rate', () => changeRate(job)),
    job.state === 'paused' && button('Resume', () => act('resume', 'Resume', job.action === 'dismiss' ? 'It goes on with the next event.' : 'It begins again with one event, then 10, then 100, then the rest.', {
      said: 'It goes on.',
      fields: job.action === 'dismiss' ? [] : [{ name: 'all', type: 'checkbox', label: 'Go on with all at once', hint: 'It still pauses by itself if too many fail.' }],
      body: ({ all }) => (all === 'true' ? { ramp: false } : {}),
    }), 'primary'),
    ['running', 'paused', 'planned'].includes(job.state) && button('Cancel', () => act('cancel', `Cancel the ${job.action === 'dismiss' ? 'dismissal' : 'replay'}`, 'Events that were not sent stay as they are.', { said: `The ${job.action === 'dismiss' ? 'dismissal' : 'replay'} is cancelled.` })),
    ['paused', 'ended', 'cancelled'].includes(job.state) && failures && button('Plan what failed again', () => plan({ failedOf: job.id }, 'Plan a replay of what failed in this one')));
}

function ramp({ state, pausedBecause, progress: { stage, planned } }) {
  const before = stages.filter(([, end]) => end < planned).map(([text]) => text);
  const all = [...before, before.length === 0 ? '1 event' : 'the rest'];
  const stopped = ['first-failed', 'failures'].includes(pausedBecause);
  const isOver = ['ended', 'cancelled'].includes(state);
  const sign = index => (index < stage - 1 || (index === stage - 1 && state === 'ended') ? '✓ ' : index !== stage - 1 || isOver ? '– ' : stopped ? '✕ ' : '▸ ');
  return h('ol', { class: 'stages', 'aria-label': 'Stages' }, all.map((text, index) => h('li', { 'aria-current': !isOver && index === stage - 1 ? 'step' : null },
    h('span', { 'aria-hidden': 'true' }, sign(index)), text, stopped && !isOver && index === stage - 1 && ': stopped here')));
}

function startText({ action, progress: { planned }, reason }) {
  const what = action === 'dismiss' ? `${plural(planned, 'event')} will end as dismissed.` : `${plural(planned, 'event')} will run: first 1, then 10, then 100, then the rest. It pauses by itself if failures return.`;
  return reason ? `${what} The reason in their records: ${reason}` : what;
}

function changeRate(job) {
  ask({
    title: 'Change the rate', confirm: 'Change', reason: 'none', text: 'It applies from the next events on.',
    fields: [{ name: 'rate', label: 'Events per second', type: 'number', min: 1, max: 1000, value: job.eventsPerSecond ?? '', hint: 'Empty: automatic, live traffic first.' }],
    run: ({ rate }) => send('PUT', `/replays/${job.id}/rate`, { eventsPerSecond: rate ? Number(rate) : null }),
    said: ({ eventsPerSecond }) => (eventsPerSecond ? `The rate is ${plural(eventsPerSecond, 'event')} per second.` : 'The rate is automatic.'),
  });
}

function filterText(filter) {
  return Object.entries(filter ?? {}).filter(([, value]) => value !== null && (!Array.isArray(value) || value.length > 0)).map(([name, value]) => `${name} ${[value].flat().join(', ')}`).join('; ');
}

function progress(job, id, given) {
  const { sent, skipped, inFlight, planned } = job.progress;
  return [
    h('p', null, `${number(sent)} of ${plural(planned, 'event')} ${job.action === 'dismiss' ? 'dismissed' : 'sent'}`, inFlight > 0 && `, ${number(inFlight)} in flight`, skipped > 0 && `, ${number(skipped)} skipped because something had happened to them`, '.'),
    meter(job.action === 'dismiss' ? 'Dismissed or skipped' : 'Sent or skipped', sent + skipped, planned),
    h('ul', { class: 'facets' }, Object.entries(job.outcomes).filter(([, sum]) => sum > 0).map(([outcome, sum]) => h('li', null, h('a', {
      class: 'facet', href: link('replays', id, { outcome: given.outcome === outcome ? null : outcome }), 'aria-current': given.outcome === outcome ? 'true' : null,
    }, badge(outcome), ` ${number(sum)}`)))),
    Object.keys(job.failures).length > 0 && [h('h3', null, 'Failures by group'), h('ul', { class: 'plain' }, Object.entries(job.failures).map(([fingerprint, sum]) => h('li', null,
      h('a', { href: link('failures', fingerprint) }, fingerprint), ` ${plural(sum, 'event')}`)))],
  ];
}

function list(job, page, id, given) {
  return [
    page.events.length === 0 ? empty('None.') : table('Events of the plan', [
      ['Verdict', one => verdictText(job, one.verdict)],
      ['Because', one => because(one.because)],
      ['Event', one => eventLink(one.id)],
      ['About', one => entityLink(one.entity)],
      ['Function', one => one.function],
      ['Before', one => badge(one.plannedStatus)],
      ['Now', one => (one.outcome ? badge(one.outcome) : '')],
      ['Error', one => h('span', { class: 'message' }, exact(one.error))],
    ], page.events, { key: one => one.id, open: one => link('events', one.id) }),
    page.next && h('nav', { class: 'buttons', 'aria-label': 'Pages' }, button('More', () => go('replays', id, { ...given, cursor: page.next }))),
  ];
}

function because(text) {
  return text && /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text) ? eventLink(text) : text ?? '';
}
