// What an operator should know first. Every number leads to the list that it counts.

import { h } from './dom.js';
import { find } from './api.js';
import { link } from './route.js';
import { span } from './format.js';
import { count } from './parts.js';

export const sources = [['shopify', 'Shopify'], ['brightpearl', 'Brightpearl']];

const quiet = 30 * 60_000;
const patience = 300;
let judged = null;

// Judging thousands of failures takes a second at first, for which the rest of the screen does not wait.
export async function mootOf(signal) {
  const asked = find('/failures/moot?limit=1', signal).then(answer => (judged = answer), () => judged);
  const answer = await Promise.race([asked, new Promise(resolve => setTimeout(resolve, patience, undefined))]);
  return answer === undefined ? { ...judged, pending: true } : answer;
}

export function sentence({ failures, waiting, moot, newest }) {
  const parts = [];
  if (failures) {
    const groups = failures.causes.flatMap(cause => cause.groups);
    const failed = groups.reduce((sum, group) => sum + group.failed, 0);
    const retried = groups.reduce((sum, group) => sum + group.count - group.failed, 0);
    const atLeast = failures.truncated || failures.moreGroups > 0 ? ' at least' : '';
    if (failed + retried === 0) {
      parts.push([h('b', null, 'Nothing'), ' has failed']);
    } else {
      parts.push([
        count(failures.causes.length, link('failures'), failures.causes.length === 1 ? 'cause' : 'causes'), ', ',
        count(failed, link('events', null, { status: 'failed' }), `failed${atLeast}`),
        // What was judged before may be more than what has failed by now.
        moot?.count > 0 && moot.count <= failed && [', ', count(moot.count, link('moot'), `of them moot since${moot.truncated ? ', at least' : ''}`)],
      ]);
    }

    if (retried > 0) {
      parts.push(count(retried, link('events', null, { status: 'retrying' }), `retrying${atLeast}`));
    }
  }

  if (waiting) {
    parts.push(count(waiting.count, link('events', null, { status: 'waiting' }), `waiting${waiting.truncated ? ' at least' : ''}`));
  }

  for (const [index, [source, name]] of sources.entries()) {
    if (newest[index] === undefined) {
      continue;
    }

    const age = newest[index] ? Date.now() - Date.parse(newest[index].receivedAt) : null;
    if (age === null || age > quiet) {
      parts.push(h('a', { href: link('events', null, { source }) }, age === null ? `nothing from ${name} yet` : `nothing from ${name} for ${span(age)}`));
    }
  }

  return h('p', { class: 'sentence' }, parts.map((part, index) => [index > 0 && '; ', part]), '.');
}
