// Replays: plans and jobs, with who, when and why.

import { h } from './dom.js';
import { find, query } from './api.js';
import { link } from './route.js';
import { meter } from './chart.js';
import { exact, number, time } from './format.js';
import { badge, empty, heading, missing, table } from './parts.js';

export async function load({ query: { cursor } }, signal) {
  const page = await find(`/replays${query({ cursor })}`, signal);
  return { page, pollAfter: page?.replays.some(job => job.state === 'running') ? 2000 : 5000 };
}

export function view({ page }) {
  if (!page) {
    return [heading('Replays'), missing('Bulk replay is')];
  }

  return [
    heading('Replays'),
    h('p', null, 'A plan is made from a cause or a group on ', h('a', { href: link('failures') }, 'Failures'), '.'),
    page.replays.length === 0 ? empty('There are no plans and no replays yet.') : table('Plans and replays', [
      ['State', job => badge(job.state)],
      ['Replay', job => h('a', { href: link('replays', job.id), class: 'id' }, job.id)],
      ['Action', job => job.action],
      ['Sent', job => [meter('Sent or skipped', job.progress.sent + job.progress.skipped, job.progress.planned), ` ${number(job.progress.sent)} of ${number(job.progress.planned)}`]],
      ['By', job => job.by],
      ['Made', job => time(job.createdAt)],
      ['Why', job => exact(job.reason)],
    ], page.replays, { key: job => job.id, open: job => link('replays', job.id) }),
    page.next && h('nav', { class: 'buttons', 'aria-label': 'Pages' }, h('a', { class: 'button', href: link('replays', null, { cursor: page.next }) }, 'Older')),
  ];
}
