// Overview: one sentence first, then what happened within a day.

import { h } from './dom.js';
import { attempt, find, get, query } from './api.js';
import { link } from './route.js';
import { meter } from './chart.js';
import { number, percent, plural } from './format.js';
import { badge, empty, heading, missing, problemBox, section } from './parts.js';
import { functions, outcomes } from './activity.js';
import { doubts, isKnown } from './stock.js';
import { mootOf, sentence, sources } from './sentence.js';

const day = 24 * 3600_000;
const hour = 3600_000;
const mostDrift = 200;
const known = new Map();

export async function load(route, signal) {
  let problem = null;
  const part = asked => attempt(asked, refused => {
    problem = refused;
    return undefined;
  });
  const now = Date.now();
  const from = new Date(Math.floor(now / hour) * hour - day + hour).toISOString();
  const [failures, waiting, activity, replays, drift, ...newest] = await Promise.all([
    find('/failures', signal),
    part(find('/waiting', signal)),
    part(find(`/activity${query({ from, step: '1h' })}`, signal)),
    part(find('/replays', signal)),
    part(get(`/discrepancies${query({ limit: mostDrift })}`, signal)),
    ...sources.map(([source]) => part(newestOf(source, now, signal))),
  ]);
  const moot = failures?.count > 0 ? await mootOf(signal) : null;
  return { problem, from, failures, waiting, activity, replays, drift, newest, moot, asOf: new Date(now).toISOString(), pollAfter: moot?.pending ? 1500 : Math.max(15, problem?.retryAfter ?? 0) * 1000 };
}

// On AWS, the newest event of a quiet source takes many reads to find, so it is looked for once a minute.
async function newestOf(source, now, signal) {
  const before = known.get(source);
  if (before && now - before.at < 60_000) {
    return before.event;
  }

  const event = (await get(`/events${query({ source, limit: 1 })}`, signal)).events[0] ?? null;
  if (event) {
    known.set(source, { at: now, event });
  }

  return event;
}

export function view(data) {
  return [
    heading('Overview'),
    data.problem && problemBox({ ...data.problem, message: `A part of this screen is missing. ${data.problem.message}` }),
    sentence(data),
    data.drift?.coverage.lastImport === null && h('p', { class: 'notice' }, 'The catalog has not been imported yet, so most products are not known here. ',
      h('a', { href: link('stock') }, 'Begin with the import')),
    section('The last 24 hours', outcomes(data)),
    section('Functions', data.activity ? functions(data) : missing('The activity of functions is')),
    h('div', { class: 'columns' },
      section('What is waited for most', data.waiting ? dependencies(data.waiting) : missing('The list of what is waited for is')),
      section('Stock', data.drift ? stock(data.drift) : missing('The list of discrepancies is')),
      section('Running replays', data.replays ? running(data.replays) : missing('Bulk replay is'))),
  ];
}

function dependencies(waiting) {
  const most = waiting.dependencies.slice(0, 5);
  return most.length === 0 ? empty('Nothing waits.') : [
    h('ul', { class: 'plain' }, most.map(one => h('li', null, one.dependency, ': ',
      h('a', { href: link('events', null, { status: 'waiting', waitingOn: one.dependency }) }, plural(one.count, 'event'))))),
    h('p', null, h('a', { href: link('waiting') }, 'All of them')),
  ];
}

function stock({ products, next, coverage }) {
  const all = coverage.linked + coverage.unlinked;
  return [
    h('p', null, h('a', { href: link('stock') }, isKnown(coverage) || products.length > 0
      ? `${number(products.length)}${next ? '+' : ''} ${products.length === 1 && !next ? 'product differs' : 'products differ'}` : 'No difference is known'), '. ',
      h('a', { href: link('products', null, { linked: 'true' }) }, `${number(coverage.linked)} linked`), ', ',
      h('a', { href: link('products', null, { linked: 'false' }) }, `${number(coverage.unlinked)} not linked`), all > 0 && ` (${percent(coverage.linked / all)} of the catalog is linked)`, '.'),
    doubts(coverage),
    meter('Linked', coverage.linked, all),
  ];
}

function running({ replays }) {
  const live = replays.filter(job => ['running', 'paused'].includes(job.state));
  return live.length === 0 ? empty('None.') : h('ul', { class: 'plain' }, live.map(job => h('li', null,
    badge(job.state), ' ', h('a', { href: link('replays', job.id) }, `${number(job.progress.sent)} of ${number(job.progress.planned)}`), ' by ', job.by)));
}
