// What the functions did within a day: bars with what may explain them, and a table.

import { h } from './dom.js';
import { link } from './route.js';
import { bars } from './chart.js';
import { dollars, duration, number, relative } from './format.js';
import { missing, table } from './parts.js';

const hour = 3600_000;
const slot = 300_000;
const month = 30 * 24 * hour;

export function outcomes({ activity, from, replays }) {
  if (!activity) {
    return missing('The activity of functions is');
  }

  const start = Date.parse(from);
  const indexOf = text => Math.min(23, Math.floor((Date.parse(text) - start) / hour));
  const slots = Array.from({ length: 24 }, (_, index) => new Date(start + index * hour));
  const sums = name => slots.map((_, index) => activity.functions.reduce((sum, one) => sum + one.slots
    .filter(slot => indexOf(slot.from) === index).reduce((inner, slot) => inner + slot.counts[name], 0), 0));
  const marks = [
    ...deployments(activity.functions).map(one => ({ kind: 'build', index: indexOf(one.from), text: `build ${one.build} deployed` })),
    ...(replays?.replays ?? []).filter(job => job.startedAt && Date.parse(job.startedAt) >= start).map(job => ({
      kind: 'replay', index: indexOf(job.startedAt), text: `${job.action === 'dismiss' ? 'dismissal' : 'replay'} of ${number(job.progress.planned)}`, href: link('replays', job.id),
    })),
  ].sort((one, other) => one.index - other.index);
  return bars('Attempts by outcome and hour', slots.map(slot => `${String(slot.getHours()).padStart(2, '0')}:00`), [
    { name: 'succeeded', kind: 'good', values: sums('succeeded') },
    { name: 'failed', kind: 'bad', values: sums('failed') },
    { name: 'retried', kind: 'warn', values: sums('retried') },
    { name: 'waiting', kind: 'wait', values: sums('waiting') },
  ], marks);
}

// A deployment changes the builds of several functions, of which some run later than others. A build that a function had before is a roll-back.
export function deployments(functions) {
  const found = functions.flatMap(({ builds }) => builds.slice(1).map((one, index) => ({ ...one, isBack: builds.slice(0, index + 1).some(before => before.build === one.build) })))
    .sort((one, other) => one.from.localeCompare(other.from));
  return found.filter((one, index) => !found.slice(0, index).some(before => before.build === one.build && (!one.isBack || before.isBack)));
}

export function functions({ activity }) {
  const scale = month / (Date.parse(activity.to) - Date.parse(activity.from));
  const costs = activity.functions.filter(one => one.total.cost);
  const to = (one, status) => link('events', null, { function: one.function, status, from: activity.from });
  return [
    table('Functions and what they did within 24 hours', [
      ['Function', one => h('a', { href: link('events', null, { function: one.function }) }, one.function)],
      ['Runs', one => h('a', { href: to(one) }, number(runs(one.total))), 'number'],
      ['Failed', one => h('a', { href: to(one, 'failed'), class: one.total.failed > 0 ? 'bad' : null }, number(one.total.failed)), 'number'],
      ['Timed out', one => flagged(one.total.timedOut), 'number'],
      ['Retried', one => h('a', { href: to(one, 'retrying') }, number(one.total.retried)), 'number'],
      ['p50', one => duration(one.total.run.p50), 'number'],
      ['p95', one => duration(one.total.run.p95), 'number'],
      ['Lag p95', one => duration(one.total.lag.p95), 'number'],
      ['Queue', one => (one.queue ? [number(one.queue.items), one.queue.deadLetters > 0 && ` + ${number(one.queue.deadLetters)} dead`] : '?'), 'number'],
      ['Last run', one => (one.lastRunAt ? h('time', { datetime: one.lastRunAt, class: 'time' }, ranAgo(one.lastRunAt)) : '–')],
      ['$ per month', one => (one.total.cost ? dollars(one.total.cost.dollars * scale) : '–'), 'number'],
    ], activity.functions, { key: one => one.function, open: one => link('events', null, { function: one.function }) }),
    h('p', { class: 'note' }, 'These count attempts; a number opens the events that are in that state now. ', costs.length > 0
      ? ['At this rate, tracking costs ', h('b', null, dollars(costs.reduce((sum, one) => sum + one.total.cost.dollars, 0) * scale)), ' per month.']
      : 'Only AWS bills for tracking, so nothing is estimated here.'),
  ];
}

function runs(total) {
  return total.succeeded + total.failed + total.retried + total.waiting + total.superseded + total.ignored;
}

// It is known to five minutes.
function ranAgo(text) {
  return Date.now() - Date.parse(text) < slot ? 'less than 5 min ago' : relative(text);
}

function flagged(value) {
  return value > 0 ? h('b', { class: 'bad' }, number(value)) : '0';
}
