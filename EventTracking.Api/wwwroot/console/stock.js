// Stock: what is compared, what differs, the import of the catalog and reconciliation.

import { h } from './dom.js';
import { find, get, query, send } from './api.js';
import { link } from './route.js';
import { isOperator } from './session.js';
import { meter } from './chart.js';
import { ask, say } from './dialog.js';
import { number, plural, time } from './format.js';
import { badge, button, empty, eventLink, facts, heading, problemBox, section, seen } from './parts.js';
import { productTable } from './products.js';

let importId = null;
let proposal = null;

export async function load(route, signal) {
  const page = await get(`/discrepancies${query({ limit: 50, cursor: route.query.cursor })}`, signal);
  const knowsImport = importId !== null || page.coverage.lastImport !== null;
  const last = knowsImport ? await find('/catalog/imports', signal) : null;
  return { page, last, pollAfter: last?.state === 'running' ? 1000 : 5000 };
}

export function view({ page, last }, { query: given }) {
  const { coverage } = page;
  return [
    heading('Stock'),
    h('p', { class: 'sentence' }, coverage.summary),
    facts([
      ['Linked', h('a', { href: link('products', null, { linked: 'true' }) }, number(coverage.linked))],
      ['Not linked', h('a', { href: link('products', null, { linked: 'false' }) }, number(coverage.unlinked))],
      ['Compared', `${number(coverage.compared)}${coverage.exact ? '' : ' at least'}`], ['Never read', number(coverage.unread)],
      ['Waiting', h('a', { href: link('waiting') }, 'what is waited for')],
      ['Catalog imported', coverage.lastImport ? time(coverage.lastImport) : 'never'], ['All read again', coverage.lastRefresh ? time(coverage.lastRefresh) : 'never'],
    ]),
    h('div', { class: 'columns' }, reasons('Why products of Brightpearl are not linked', coverage.unlinkedProducts), reasons('Why items of Shopify are not linked', coverage.unlinkedItems)),
    section('Import of the whole catalog', catalog(last)),
    section('Discrepancies',
      page.products.length === 0 ? empty('No linked product differs.') : productTable('Discrepancies', page.products),
      page.next && h('nav', { class: 'buttons', 'aria-label': 'Pages' }, h('a', { class: 'button', href: link('stock', null, { ...given, cursor: page.next }) }, 'More')),
      isOperator() && reconciliation()),
  ];
}

function reasons(title, counts) {
  const all = Object.entries(counts);
  return all.length > 0 && section(title, h('ul', { class: 'plain' }, all.map(([reason, sum]) => h('li', null, h('a', { href: link('products', null, { linked: 'false', reason }) }, reason), ` ${number(sum)}`))));
}

function catalog(last) {
  return [
    last ? [
      h('p', null, badge(last.state), ` ${last.phase.replaceAll('-', ' ')}, made progress ${seen(last.updatedAt)}. `, eventLink(last.eventId, 'Its event')),
      meter('Matched', last.progress.productsFound - last.progress.remaining, last.progress.productsFound),
      last.error && h('p', { class: 'message bad' }, last.error),
      facts([
        ['Products read', `${number(last.progress.productsRead)} of ${number(last.progress.productsFound)}`], ['Items read', number(last.progress.itemsRead)], ['Linked', number(last.progress.linked)],
        ['Newly', number(last.progress.newlyLinked)], ['Not linked', number(last.progress.unlinked)], ['Remaining', number(last.progress.remaining)],
        ['Calls', `${number(last.calls.brightpearl)} to Brightpearl, ${number(last.calls.shopify)} to Shopify`], ['Started', time(last.startedAt)], ['Ended', last.endedAt && time(last.endedAt)],
      ]),
    ] : empty('The catalog was never imported.'),
    isOperator() && h('div', { class: 'buttons' },
      last?.state === 'running' ? button('Cancel the import', () => cancel(last)) : button('Import the whole catalog', startImport, 'primary')),
  ];
}

function startImport() {
  ask({
    title: 'Import the whole catalog', reason: 'none', confirm: 'Import',
    text: 'Reads all products of both systems, links those with the same SKU and sets the stock of newly linked ones.',
    run: async () => { importId = (await send('POST', '/catalog/imports', {})).id; },
    said: 'The import has started.',
  });
}

function cancel(last) {
  ask({
    title: 'Cancel the import', reason: 'none', confirm: 'Cancel the import', text: 'It ends after its present step. What it has linked stays linked.',
    run: () => send('DELETE', `/catalog/imports/${last.id}`), said: 'The import ends after its present step.',
  });
}

// A dry run first: the plan is what is run, so its number is confirmed.
function reconciliation() {
  return h('div', null,
    h('div', { class: 'buttons' }, button('Plan a reconciliation', () => void propose(false), 'primary'), button('Read both systems first', () => void propose(true))),
    h('div', { id: 'proposal', 'aria-live': 'polite' }, proposal?.()));
}

async function propose(refresh) {
  const place = document.getElementById('proposal');
  place.replaceChildren(empty('Planning…'));
  try {
    const plan = await send('POST', '/reconciliations', { dryRun: true, refresh, limit: 1000 });
    proposal = () => h('div', null,
      h('p', null, `${plural(plan.products.length, 'product')} would be sent through the pipeline${plan.more ? '; more differ' : ''}.`),
      plan.products.length > 0 && [productTable('The plan', plan.products.slice(0, 50)), h('div', { class: 'buttons' },
        button(`Reconcile ${number(plan.products.length)}`, () => ask({
          title: `Reconcile ${plural(plan.products.length, 'product')}`, reason: 'none', confirm: 'Reconcile', count: plan.products.length,
          text: 'Each product becomes an event that reads both systems and sets the quantity at Shopify.',
          run: async () => {
            const result = await send('POST', '/reconciliations', { limit: plan.products.length });
            proposal = null;
            return result;
          },
          said: result => `${plural(result.events.length, 'event')} sent.`,
        }), 'primary'))]);
    place.replaceChildren(proposal());
    say('The plan is ready.');
  } catch (problem) {
    place.replaceChildren(problemBox(problem));
  }
}
