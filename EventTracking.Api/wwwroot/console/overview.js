// Overview: one sentence first, then what happened within a day.

import { h } from './dom.js';
import { find, get, query } from './api.js';
import { link } from './route.js';
import { bars, meter } from './chart.js';
import { dollars, duration, number, percent, plural, span, time } from './format.js';
import { badge, count, empty, heading, missing, section, table } from './parts.js';

const day = 24 * 3600_000;
const hour = 3600_000;
const sources = [['shopify', 'Shopify'], ['brightpearl', 'Brightpearl']];
const quiet = 30 * 60_000;
const mostDrift = 200;
const known = new Map();

export async function load(route, signal) {
  const now = Date.now();
  const from = new Date(Math.floor(now / hour) * hour - day + hour).toISOString();
  const [failures, waiting, activity, replays, drift, ...newest] = await Promise.all([
    find('/failures', signal),
    find('/waiting', signal),
    find(`/activity${query({ from, step: '1h' })}`, signal),
    find('/replays', signal),
    get(`/discrepancies${query({ limit: mostDrift })}`, signal),
    ...sources.map(([source]) => newestOf(source, now, signal)),
  ]);
  const failed = failures ? null : await get(`/events${query({ status: 'failed', limit: 200 })}`, signal);
  const waits = waiting ? null : await get(`/events${query({ status: 'waiting', limit: 200 })}`, signal);
  return { from, failures, failed, waiting, waits, activity, replays, drift, newest, asOf: new Date(now).toISOString(), pollAfter: 15_000 };
}

// On AWS, the newest event of a quiet source takes many reads to find, so it is looked for once a minute.
async function newestOf(source, now, signal) {
  const before = known.get(source);
  if (before && now - before.at < 60_000) {
    return before.event;
  }

  const event = (await get(`/events${query({ source, limit: 1 })}`, signal)).events[0] ?? null;
  known.set(source, { at: now, event });
  return event;
}

export function view(data) {
  return [
    heading('Overview'),
    sentence(data),
    section('The last 24 hours', outcomes(data)),
    section('Functions', data.activity ? functions(data) : missing('The activity of functions is')),
    h('div', { class: 'columns' },
      section('What is waited for most', data.waiting ? dependencies(data.waiting) : missing('The list of what is waited for is')),
      section('Stock', stock(data.drift)),
      section('Running replays', data.replays ? running(data.replays) : missing('Bulk replay is'))),
  ];
}

function sentence(data) {
  const parts = [];
  if (data.failures) {
    const { causes, count: failed, truncated } = data.failures;
    parts.push(count(causes.length, link('failures'), causes.length === 1 ? 'cause' : 'causes'), ', ',
      count(failed, link('failures'), `failed or retrying${truncated ? ' at least' : ''}`), '; ');
  } else {
    parts.push(h('a', { href: link('events', null, { status: 'failed' }), class: 'count' }, h('b', null, some(data.failed)), ' failed'), '; ');
  }

  const waits = data.waiting ? number(data.waiting.count) : some(data.waits);
  parts.push(h('a', { href: link('events', null, { status: 'waiting' }), class: 'count' }, h('b', null, waits), ' waiting'));
  for (const [index, [source, name]] of sources.entries()) {
    const event = data.newest[index];
    const age = event ? Date.now() - Date.parse(event.receivedAt) : null;
    if (age === null || age > quiet) {
      parts.push('; ', h('a', { href: link('events', null, { source }) }, age === null ? `nothing from ${name} yet` : `nothing from ${name} for ${span(age)}`));
    }
  }

  return h('p', { class: 'sentence' }, parts, '.');
}

function some(page) {
  return `${number(page.events.length)}${page.next ? '+' : ''}`;
}

function outcomes({ activity, from, replays }) {
  if (!activity) {
    return missing('The activity of functions is');
  }

  const start = Date.parse(from);
  const slots = Array.from({ length: 24 }, (_, index) => new Date(start + index * hour));
  const sums = name => slots.map((_, index) => activity.functions.reduce((sum, one) => sum + one.slots
    .filter(slot => Math.floor((Date.parse(slot.from) - start) / hour) === index).reduce((inner, slot) => inner + slot.counts[name], 0), 0));
  const marks = (replays?.replays ?? []).filter(job => job.startedAt && Date.parse(job.startedAt) >= start)
    .map(job => ({ index: Math.min(23, Math.floor((Date.parse(job.startedAt) - start) / hour)), text: `${job.action} of ${number(job.progress.planned)}` }));
  return bars('Attempts by outcome and hour', slots.map(slot => `${String(slot.getHours()).padStart(2, '0')}:00`), [
    { name: 'succeeded', kind: 'good', values: sums('succeeded') },
    { name: 'failed', kind: 'bad', values: sums('failed') },
    { name: 'retried', kind: 'warn', values: sums('retried') },
    { name: 'waiting', kind: 'wait', values: sums('waiting') },
  ], marks);
}

function functions({ activity }) {
  const last = one => one.slots.findLast(slot => slot.counts.batches > 0)?.from;
  return table('Functions and what they did within 24 hours', [
    ['Function', one => h('a', { href: link('events', null, { function: one.function }) }, one.function)],
    ['Runs', one => number(runs(one.total)), 'number'],
    ['Failed', one => flagged(one.total.failed), 'number'],
    ['Timed out', one => flagged(one.total.timedOut), 'number'],
    ['Retried', one => number(one.total.retried), 'number'],
    ['p50', one => duration(one.total.run.p50), 'number'],
    ['p95', one => duration(one.total.run.p95), 'number'],
    ['Lag p95', one => duration(one.total.lag.p95), 'number'],
    ['Queue', one => (one.queue ? [number(one.queue.items), one.queue.deadLetters > 0 && ` + ${number(one.queue.deadLetters)} dead`] : '?'), 'number'],
    ['Last active hour', one => time(last(one))],
    ['$ per month', one => (one.total.cost ? dollars(one.total.cost.dollars * 30) : '–'), 'number'],
  ], activity.functions, { key: one => one.function, open: one => link('events', null, { function: one.function }) });
}

function runs(total) {
  return total.succeeded + total.failed + total.retried + total.waiting + total.superseded + total.ignored;
}

function flagged(value) {
  return value > 0 ? h('b', { class: 'bad' }, number(value)) : '0';
}

function dependencies(waiting) {
  const most = waiting.dependencies.slice(0, 5);
  return most.length === 0 ? empty('Nothing waits.') : [
    h('ul', { class: 'plain' }, most.map(one => h('li', null, h('a', { href: link('waiting') }, one.dependency), ` ${plural(one.count, 'event')}`))),
    h('p', null, h('a', { href: link('waiting') }, 'All of them')),
  ];
}

function stock({ products, next, coverage }) {
  const all = coverage.linked + coverage.unlinked;
  return [
    h('p', null, h('a', { href: link('stock') }, `${number(products.length)}${next ? '+' : ''} ${products.length === 1 && !next ? 'product differs' : 'products differ'}`), '. ',
      h('a', { href: link('products', null, { linked: 'true' }) }, `${number(coverage.linked)} linked`), ', ',
      h('a', { href: link('products', null, { linked: 'false' }) }, `${number(coverage.unlinked)} not linked`), all > 0 && ` (${percent(coverage.linked / all)} of the catalog is linked)`, '.'),
    meter('Linked', coverage.linked, all),
    h('p', null, coverage.summary),
  ];
}

function running({ replays }) {
  const live = replays.filter(job => ['running', 'paused'].includes(job.state));
  return live.length === 0 ? empty('None.') : h('ul', { class: 'plain' }, live.map(job => h('li', null,
    badge(job.state), ' ', h('a', { href: link('replays', job.id) }, `${number(job.progress.sent)} of ${number(job.progress.planned)}`), ' by ', job.by)));
}
