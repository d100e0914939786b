// Stock: what is compared, what differs, the import of the catalog and reconciliation.

import { h } from './dom.js';
import { get, query, send } from './api.js';
import { link } from './route.js';
import { isOperator } from './session.js';
import { ask, say } from './dialog.js';
import { number, plural, time } from './format.js';
import { button, empty, facts, heading, problemBox, section } from './parts.js';
import { imports } from './imports.js';
import { productTable } from './products.js';

let proposal = null;

export async function load(route, signal) {
  const page = await get(`/discrepancies${query({ limit: 50, cursor: route.query.cursor })}`, signal);
  const last = page.importId ? await get(`/catalog/imports/${page.importId}`, signal) : null;
  return { page, last, pollAfter: last?.state === 'running' ? 1000 : 5000 };
}

export function view({ page, last }, { query: given }) {
  const { coverage } = page;
  const isFirst = coverage.lastImport === null || last?.state === 'running';
  const catalog = section('Import of the whole catalog', imports(last, coverage));
  return [
    heading('Stock'),
    last && h('p', { class: 'sentence' }, coverage.summary),
    isFirst && catalog,
    facts([
      ['Linked', h('a', { href: link('products', null, { linked: 'true' }) }, number(coverage.linked))],
      ['Not linked', h('a', { href: link('products', null, { linked: 'false' }) }, number(coverage.unlinked))],
      ['Compared', `${number(coverage.compared)}${coverage.exact ? '' : ' at least'}`], ['Never read', number(coverage.unread)],
      ['Waiting', h('a', { href: link('waiting') }, 'what is waited for')],
      ['Catalog imported', coverage.lastImport ? time(coverage.lastImport) : 'never'], ['All read again', coverage.lastRefresh ? time(coverage.lastRefresh) : 'never'],
    ]),
    h('div', { class: 'columns' }, reasons('Why products of Brightpearl are not linked', coverage.unlinkedProducts), reasons('Why items of Shopify are not linked', coverage.unlinkedItems)),
    !isFirst && catalog,
    section('Discrepancies', doubts(coverage),
      page.products.length === 0 ? empty(coverage.linked === 0 ? 'Nothing is linked yet, so nothing is compared.' : isKnown(coverage) ? 'No linked product differs.' : 'No difference is known.') : productTable('Discrepancies', page.products),
      page.next && h('nav', { class: 'buttons', 'aria-label': 'Pages' }, h('a', { class: 'button', href: link('stock', null, { ...given, cursor: page.next }) }, 'More')),
      isOperator() && coverage.linked > 0 && reconciliation()),
  ];
}

// Whether no listed difference means that there is none among what is linked.
export function isKnown({ unread, failing, exact }) {
  return unread === 0 && failing === 0 && exact;
}

export function doubts({ unread, failing, exact }) {
  const parts = [
    unread > 0 && h('a', { href: link('products', null, { linked: 'true' }) }, `${plural(unread, 'linked product has', 'linked products have')} not been read on both sides`),
    failing > 0 && [h('a', { href: link('failures') }, plural(failing, 'event about a quantity', 'events about quantities')), ' failed, will be tried again or ', h('a', { href: link('waiting') }, 'wait for Shopify')],
    !exact && 'there are more products than are counted',
  ].filter(part => part);
  return parts.length > 0 && h('p', { class: 'notice' }, 'More may differ than is known here: ', parts.map((part, index) => [index > 0 && ', and ', part]), '.');
}

function reasons(title, counts) {
  const all = Object.entries(counts);
  return all.length > 0 && section(title, h('ul', { class: 'plain' }, all.map(([reason, sum]) => h('li', null, h('a', { href: link('products', null, { linked: 'false', reason }) }, reason), ` ${number(sum)}`))));
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
