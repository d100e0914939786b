// The import of the whole catalog: what a new merchant begins with, how far it is, and what came of it.

import { h } from './dom.js';
import { query, send } from './api.js';
import { link } from './route.js';
import { isOperator } from './session.js';
import { meter } from './chart.js';
import { ask } from './dialog.js';
import { exact, number, plural, span, time } from './format.js';
import { badge, button, eventLink, facts, seen } from './parts.js';

const phases = {
  'reading-brightpearl': 'Reads the products of Brightpearl', 'reading-shopify': 'Reads the inventory items of Shopify', 'matching-products': 'Links the products that have the same SKU',
  'matching-items': 'Lists the items that Brightpearl does not have', ending: 'Comes to its end',
};

// step: the event of the present step, if that takes long.
export function imports(last, coverage, step) {
  return [
    !last && first(),
    last?.state === 'running' && running(last),
    step && h('p', { class: 'notice' }, 'Its present step takes long: ', eventLink(step.id, 'its event'), ' ', badge(step.status), step.error && h('span', { class: 'message' }, ` ${exact(step.error.message)}`)),
    last && last.state !== 'running' && ended(last, coverage),
    last?.state === 'failed' && h('p', { class: 'message bad' }, last.error),
    last?.state === 'failed' && h('p', null, 'It goes on where it stopped once ', eventLink(last.eventId, 'the event of its step'), ' is replayed.'),
    isOperator() && h('div', { class: 'buttons' },
      last?.state === 'running' ? button('Cancel the import', () => cancel(last)) : button(last ? 'Import the whole catalog again' : 'Import the whole catalog', startImport, last ? null : 'primary')),
    last && h('details', null, h('summary', null, 'Counts'), counts(last)),
  ];
}

function first() {
  return h('div', null,
    h('p', null, 'Nothing is known of the catalog yet. Begin with its import:'),
    h('ol', null,
      h('li', null, 'It reads all products of Brightpearl and all inventory items of Shopify. It changes neither.'),
      h('li', null, 'It links those that have the same SKU, and lists the rest with the reason.'),
      h('li', null, 'The stock of what has been linked is set at Shopify.')),
    h('p', null, 'Webhooks are kept meanwhile: events about a product that is not known yet wait for it.', !isOperator() && ' An operator can start the import.'));
}

function running(last) {
  const { productsFound, productsRead, remaining } = last.progress;
  const isMatching = ['matching-products', 'matching-items', 'ending'].includes(last.phase);
  const [done, all] = isMatching ? [productsFound - remaining, productsFound] : [productsRead, productsFound];
  const took = Date.parse(last.updatedAt) - Date.parse(last.startedAt);
  const left = isMatching && done > 0 && remaining > 0 ? (took / done) * remaining : null;
  return [
    h('p', null, badge(last.state), ` ${phases[last.phase] ?? last.phase}: ${number(done)} of ${plural(all, 'product')}`, left !== null && `, about ${span(left)} left`, `. It made progress ${seen(last.updatedAt)}.`),
    meter(isMatching ? 'Matched' : 'Read', done, all),
  ];
}

function ended(last, coverage) {
  return h('p', null, badge(last.state), ' ', time(last.endedAt ?? last.updatedAt), ': ',
    h('a', { href: link('products', null, { linked: 'true' }) }, `${number(coverage.linked)} linked`), ', ',
    h('a', { href: link('products', null, { linked: 'false' }) }, `${number(coverage.unlinked)} not linked`), '. ', eventLink(last.eventId, 'Its event'));
}

function counts(last) {
  const { progress } = last;
  return facts([
    ['Products read', `${number(progress.productsRead)} of ${number(progress.productsFound)}`], ['Items read', number(progress.itemsRead)], ['Linked', number(progress.linked)],
    ['Newly', number(progress.newlyLinked)], ['Not linked', number(progress.unlinked)], ['Remaining', number(progress.remaining)],
    ['Calls', `${number(last.calls.brightpearl)} to Brightpearl, ${number(last.calls.shopify)} to Shopify`], ['Started', [time(last.startedAt), by(last.startedBy, last.startReason)]], ['Cancelled', last.cancelledBy && by(last.cancelledBy, last.cancelReason)], ['Ended', last.endedAt && time(last.endedAt)],
  ]);
}

function by(who, why) {
  return who && ` by ${who}${why ? `: ${exact(why)}` : ''}`;
}

function startImport() {
  ask({
    title: 'Import the whole catalog', reason: 'optional', confirm: 'Import',
    text: 'Reads all products of both systems, links those with the same SKU and sets the stock of newly linked ones.',
    run: ({ reason }) => send('POST', '/catalog/imports', reason ? { reason } : {}),
    said: 'The import has started.',
  });
}

function cancel(last) {
  ask({
    title: 'Cancel the import', reason: 'optional', confirm: 'Cancel the import', text: 'It ends after its present step. What it has linked stays linked.',
    run: ({ reason }) => send('DELETE', `/catalog/imports/${last.id}${query({ reason })}`), said: 'The import ends after its present step.',
  });
}
