// The sandbox of Development: change stock, break a system, and see what happens.

import { h } from './dom.js';
import { get, query, send } from './api.js';
import { link } from './route.js';
import { isOperator } from './session.js';
import { ask, say } from './dialog.js';
import { exact, number, time } from './format.js';
import { badge, button, empty, entityLink, eventLink, heading, section, table } from './parts.js';

const faults = [
  ['none', 'works'], ['503', 'is down (503)'], ['timeout', 'does not answer'], ['429', 'refuses for now (429)'], ['throttled', 'throttles'], ['401', 'refuses the token (401)'],
  ['403', 'lacks a permission (403)'], ['404', 'is not found (404)'], ['malformed', 'answers nonsense'], ['lost', 'does it and loses the answer'],
];
const mostShown = 60;

export async function load(route, signal) {
  const [state, newest] = await Promise.all([get('/sandbox/control/state', signal), get(`/events${query({ limit: 10 })}`, signal)]);
  return { state, newest, pollAfter: 2000 };
}

export function view({ state, newest }) {
  return [
    heading('Sandbox', isOperator() && h('span', { class: 'buttons' }, button('Add a product', addProduct), button('Start again', reset))),
    h('p', null, 'A small Shopify and a small Brightpearl in this process. What you change here sends real, signed webhooks to the service.'),
    isOperator() && section('Break it', h('div', { class: 'filters' }, fault('shopify', 'Shopify', state.shopifyFault.kind), fault('brightpearl', 'Brightpearl', state.brightpearlFault.kind)),
      h('div', { class: 'buttons' }, button('Change all stock at Brightpearl', () => all(state.products)), button('One webhook, six products', sixProducts))),
    section('See what happens', newest.events.length === 0 ? empty('Nothing yet: change some stock below.') : table('Newest events', [
      ['Status', one => badge(one.status)], ['Event', one => eventLink(one.id)], ['About', one => entityLink(one.entity)], ['Function', one => one.function],
      ['Topic', one => `${one.source} ${one.topic}`], ['Triggered', one => time(one.triggeredAt)],
    ], newest.events, { key: one => one.id, open: one => link('events', one.id) })),
    section('Change stock', table('Products of the sandbox', [
      ['SKU', one => exact(one.sku)], ['Name', one => exact(one.name)],
      ['Brightpearl', one => (one.brightpearl ? one.brightpearl.productId : '–')], ['On hand', one => number(one.brightpearl?.onHand), 'number'],
      ['Brightpearl\'s stock', one => isOperator() && one.brightpearl && button('Change', () => setOnHand(one), null, `Change ${exact(one.sku)} at Brightpearl`)],
      ['Shopify item', one => (one.shopify ? one.shopify.inventoryItemId : '–')], ['Available', one => number(one.shopify?.available), 'number'],
      ['Shopify\'s stock', one => isOperator() && one.shopify && button('Change', () => setAvailable(one), null, `Change ${exact(one.sku)} at Shopify`)],
    ], state.products.slice(0, mostShown), { key: one => `${one.brightpearl?.productId} ${one.shopify?.inventoryItemId}` })),
  ];
}

function fault(side, name, present) {
  const known = faults.some(([kind]) => kind === present) ? faults : [...faults, [present, present]];
  return h('label', null, `${name} `, h('select', { name: side, 'aria-label': name, onchange: event => void send('PUT', `/sandbox/control/${side}/fault`, { kind: event.target.value }).catch(problem => say(`${problem.title}. ${problem.message}`)).then(acted) },
    known.map(([kind, text]) => h('option', { value: kind, selected: kind === present }, text))));
}

function acted() {
  document.dispatchEvent(new CustomEvent('acted'));
}

const saidEvent = result => (result?.eventId ? `Changed. It became event ${result.eventId}.` : 'Changed; it became no event.');

function setOnHand({ sku, brightpearl }) {
  ask({
    title: `Stock of ${exact(sku)} at Brightpearl`, reason: 'none', confirm: 'Change', text: 'A stock correction in the main warehouse, with its webhook.',
    fields: [{ name: 'onHand', label: 'On hand', type: 'number', value: String(brightpearl.onHand), required: true }],
    run: ({ onHand }) => send('PUT', `/sandbox/control/brightpearl/products/${brightpearl.productId}`, { onHand: Number(onHand) }), said: saidEvent,
  });
}

function setAvailable({ sku, shopify }) {
  ask({
    title: `Stock of ${exact(sku)} at Shopify`, reason: 'none', confirm: 'Change', text: 'A change in Shopify\'s admin, with its webhook. Brightpearl is the master, so this is drift.',
    fields: [{ name: 'available', label: 'Available', type: 'number', value: String(shopify.available), required: true }],
    run: ({ available }) => send('PUT', `/sandbox/control/shopify/items/${shopify.inventoryItemId}`, { available: Number(available) }), said: saidEvent,
  });
}

function addProduct() {
  ask({
    title: 'Add a product', reason: 'none', confirm: 'Add', text: 'Without a Brightpearl id it exists at Shopify only, and the other way round. No webhook is sent.',
    fields: [
      { name: 'sku', label: 'SKU', required: true, maxlength: 255 }, { name: 'productId', label: 'Brightpearl product id', inputmode: 'numeric' }, { name: 'inventoryItemId', label: 'Shopify inventory item id', inputmode: 'numeric' },
      { name: 'onHand', label: 'On hand at Brightpearl', type: 'number', value: '5', required: true }, { name: 'available', label: 'Available at Shopify', type: 'number', value: '0', required: true },
    ],
    run: values => send('POST', '/sandbox/control/products', {
      sku: values.sku, productId: values.productId || null, inventoryItemId: values.inventoryItemId || null, onHand: Number(values.onHand), available: Number(values.available),
    }),
    said: 'Added.',
  });
}

function sixProducts() {
  ask({
    title: 'One webhook, six products', reason: 'none', confirm: 'Send', text: 'One webhook of Brightpearl names a set of products. Each becomes an event of its own.',
    fields: [{ name: 'idSet', label: 'Products', value: '1-5,99', required: true, maxlength: 200 }],
    run: ({ idSet }) => send('POST', '/sandbox/control/brightpearl/webhooks', { idSet }), said: saidEvent,
  });
}

function all(products) {
  const there = products.filter(one => one.brightpearl).slice(0, 100);
  ask({
    title: `Change the stock of ${there.length} products`, reason: 'none', confirm: 'Change all', text: 'Each gets one piece more at Brightpearl, with its webhook.',
    run: async () => {
      for (const { brightpearl } of there) {
        await send('PUT', `/sandbox/control/brightpearl/products/${brightpearl.productId}`, { onHand: brightpearl.onHand + 1 });
      }
    },
    said: `${there.length} products were changed.`,
  });
}

function reset() {
  ask({
    title: 'Start again', reason: 'none', confirm: 'Start again', text: 'Restores the first products and quantities and switches faults off. Events are kept.',
    run: () => send('POST', '/sandbox/control/reset', {}), said: 'The sandbox is as it was at first.',
  });
}
