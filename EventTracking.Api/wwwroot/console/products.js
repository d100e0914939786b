// Products of both systems, linked or not, with the reason.

import { h } from './dom.js';
import { get, query } from './api.js';
import { go, link } from './route.js';
import { exact, number, time } from './format.js';
import { button, clear, empty, entityLink, heading, table } from './parts.js';

export const load = async ({ query: given }, signal) => get(`/products${query(given)}`, signal);

export function view(page, { query: given }) {
  return [
    heading('Products'),
    form({ query: given }),
    page.products.length === 0 ? empty(page.next ? 'None on this page.' : 'No product fits these filters.') : productTable('Products', page.products),
    h('nav', { class: 'buttons', 'aria-label': 'Pages' },
      h('a', { class: 'button', href: link('stock') }, 'Stock'),
      page.next && h('a', { class: 'button', href: link('products', null, { ...given, after: page.next }) }, 'More')),
  ];
}

// Also shown if the filters are refused.
export function form({ query: given }) {
  return h('form', { class: 'filters', onsubmit: apply },
    h('label', null, 'Linked ', h('select', { name: 'linked', onchange: event => event.target.form.requestSubmit() }, [['', 'both'], ['true', 'linked'], ['false', 'not linked']]
      .map(([value, text]) => h('option', { value, selected: (given.linked ?? '') === value }, text)))),
    h('label', null, 'SKU (all of it) ', h('input', { name: 'sku', value: given.sku ?? '', maxlength: 255, autocomplete: 'off', spellcheck: 'false' })),
    h('label', null, 'Reason ', h('input', { name: 'reason', value: given.reason ?? '', maxlength: 60, autocomplete: 'off' })),
    h('button', { type: 'submit' }, 'Filter'), button('Clear', event => clear(event, 'products'), 'plain'));
}

function apply(event) {
  event.preventDefault();
  go('products', null, Object.fromEntries(new FormData(event.target)));
}

export function productTable(label, products) {
  return table(label, [
    ['SKU', one => (one.sku === null ? '–' : exact(one.sku))],
    ['Brightpearl', one => (one.productId ? entityLink(`product:${one.productId}`) : '–')],
    ['Shopify item', one => (one.inventoryItemId ? entityLink(`inventory-item:${one.inventoryItemId}`) : '–')],
    ['Can sell', one => quantity(one.bpAvailability), 'number'],
    ['Held back', one => number(one.heldBack), 'number'],
    ['Shop shows', one => quantity(one.shAvailability), 'number'],
    ['Difference', one => (one.difference ? h('b', { class: 'bad' }, `${one.difference > 0 ? '+' : ''}${number(one.difference)}`) : number(one.difference)), 'number'],
    ['Locations', one => locations(one.locations)],
    ['Why not linked', one => (one.linked ? '' : h('span', { class: 'message' }, exact(one.reasonDetail ?? one.reason)))],
    ['Read', one => time(one.shAvailability?.readAt ?? one.checkedAt)],
  ], products, { key: one => `${one.productId} ${one.inventoryItemId}` });
}

function quantity(reading) {
  return reading ? number(reading.quantity) : '–';
}

function locations(all) {
  return (all?.length ?? 0) > 1 && h('ul', { class: 'plain' }, all.map(one => h('li', null,
    `${one.locationId}: ${quantity(one.bpAvailability)} → ${quantity(one.shAvailability)}`, one.difference ? h('b', { class: 'bad' }, ` (${number(one.difference)})`) : '')));
}
