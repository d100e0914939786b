// Stock: what is compared, what differs, the import of the catalog and reconciliation.

import { h } from './dom.js';
import { find, get, query, send } from './api.js';
import { link } from './route.js';
import { isOperator } from './session.js';
import { ask, say } from './dialog.js';
import { number, plural, time } from './format.js';
import { button, empty, eventLink, facts, heading, problemBox, section } from './parts.js';
import { imports } from './imports.js';
import { productTable } from './products.js';

// A plan is soon out of date: quantities change all the time.
const planLasts = 60_000;

// A step of an import that takes longer is looked at.
const mayTake = 10_000;

let proposal = null;

export async function load(route, signal) {
  const page = await get(`/discrepancies${query({ limit: 50, cursor: route.query.cursor })}`, signal);
  const last = page.importId ? await get(`/catalog/imports/${page.importId}`, signal) : null;
  const isSlow = last?.state === 'running' && Date.now() - Date.parse(last.updatedAt) > mayTake;
  const step = isSlow ? await find(`/events/${last.eventId}`, signal) : null;
  return { page, last, step, pollAfter: last?.state === 'running' ? 1000 : 5000 };
}

export function view({ page, last, step }, { query: given }) {
  const { coverage } = page;
  const isFirst = coverage.lastImport === null || last?.state === 'running';
  const catalog = section('Import of the whole catalog', imports(last, coverage, step));
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

// A dry run first. What is run is what differs then, which may be other products than those that were shown.
function reconciliation() {
  if (proposal && Date.now() - proposal.at > planLasts) {
    proposal = null;
  }

  return h('div', null,
    h('div', { class: 'buttons' }, button('Plan a reconciliation', () => void propose(), 'primary'), button('Read both systems again', refresh)),
    h('div', { id: 'proposal', 'aria-live': 'polite' }, proposal?.show()));
}

// What no webhook told about is found by reading everything again. What differs is put right by the same events, so there is no plan.
function refresh() {
  ask({
    title: 'Read both systems again', reason: 'none', confirm: 'Read and reconcile',
    text: 'Reads the quantities of all linked products at both sides, page by page. Each product that differs becomes an event that sets the quantity at Shopify.',
    run: async () => {
      const { events: [id] } = await send('POST', '/reconciliations', { refresh: true });
      proposal = { at: Date.now(), show: () => h('p', null, 'Both systems are read again, beginning with ', eventLink(id, 'this event'), '. “All read again” shows when that was done last.') };
    },
    said: 'Both systems are read again.',
  });
}

async function propose() {
  const place = document.getElementById('proposal');
  place.replaceChildren(empty('Planning…'));
  try {
    const plan = await send('POST', '/reconciliations', { dryRun: true, limit: 1000 });
    const show = () => h('div', null,
      h('p', null, `${plural(plan.products.length, 'product')} would be sent through the pipeline${plan.more ? '; more differ' : ''}.`),
      plan.products.length > 0 && [productTable('The plan', plan.products.slice(0, 50)), h('div', { class: 'buttons' },
        button(`Reconcile ${number(plan.products.length)}`, () => ask({
          title: `Reconcile ${plural(plan.products.length, 'product')}`, reason: 'none', confirm: 'Reconcile', count: plan.products.length,
          text: 'Each product that differs now becomes an event that reads both systems and sets the quantity at Shopify.',
          run: async () => {
            const result = await send('POST', '/reconciliations', { limit: plan.products.length });
            proposal = null;
            return result;
          },
          said: result => `${plural(result.events.length, 'event')} sent.`,
        }), 'primary'))]);
    proposal = { at: Date.now(), show };
    place.replaceChildren(show());
    say('The plan is ready.');
  } catch (problem) {
    place.replaceChildren(problemBox(problem));
  }
}
