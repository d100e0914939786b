// Bars and sparklines as SVG, each with a table that says the same.

import { h } from './dom.js';
import { number } from './format.js';

const height = 36;

const signs = { replay: '↻', build: '◆' };

// Rows of bars over the same hours: [{ name, kind, values }]. Marks are [{ kind, index, text, href }].
export function bars(label, slots, rows, marks = []) {
  const width = slots.length * 10;
  const sum = values => values.reduce((total, value) => total + value, 0);
  return h('figure', { class: 'chart' },
    rows.map(row => h('div', { class: 'bars' },
      h('span', { class: 'bars-name' }, row.name, ' ', h('b', null, number(sum(row.values)))),
      drawing(`${row.name}: ${number(sum(row.values))} in all, at most ${number(Math.max(0, ...row.values))}`, width, row, slots, marks))),
    h('div', { class: 'bars axis' }, h('span', null), h('span', { class: 'ends' }, h('span', null, slots[0] ?? ''), h('span', null, slots.at(-1) ?? ''))),
    marks.length > 0 && h('ul', { class: 'marks' }, marks.map(mark => h('li', { class: `mark-${mark.kind}` }, h('span', { 'aria-hidden': 'true' }, `${signs[mark.kind]} `), `${slots[mark.index]} `,
      mark.href ? h('a', { href: mark.href }, mark.text) : mark.text))),
    h('details', null, h('summary', null, 'As a table'),
      h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': label },
        h('table', null, h('caption', { class: 'hidden' }, label),
          h('thead', null, h('tr', null, h('th', { scope: 'col' }, 'From'), rows.map(row => h('th', { scope: 'col', class: 'number' }, row.name)))),
          h('tbody', null, slots.map((slot, index) => h('tr', null, h('th', { scope: 'row' }, slot), rows.map(row => h('td', { class: 'number' }, number(row.values[index]))))))))));
}

function drawing(label, width, row, slots, marks) {
  const most = Math.max(1, ...row.values);
  return h('svg', { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label, class: `kind-${row.kind}` },
    h('line', { x1: 0, x2: width, y1: height - 0.5, y2: height - 0.5, class: 'base' }),
    row.values.map((value, index) => {
      const size = value === 0 ? 0 : Math.max(2, (value / most) * (height - 6));
      return h('rect', { x: index * 10 + 1, y: height - size, width: 8, height: size }, h('title', { svg: true }, `${slots[index]}: ${number(value)}`));
    }),
    marks.map(mark => h('line', { class: `mark mark-${mark.kind}`, x1: mark.index * 10 + 0.5, x2: mark.index * 10 + 0.5, y1: 0, y2: height }, h('title', { svg: true }, mark.text))));
}

export function sparkline(label, values) {
  const most = Math.max(1, ...values);
  return h('svg', { viewBox: `0 0 ${values.length * 4} 20`, role: 'img', 'aria-label': `${label}: ${values.join(', ')}`, class: 'spark kind-bad' },
    h('line', { x1: 0, x2: values.length * 4, y1: 19.5, y2: 19.5, class: 'base' }),
    values.map((value, index) => {
      const size = value === 0 ? 0 : Math.max(1.5, (value / most) * 18);
      return h('rect', { x: index * 4 + 0.5, y: 20 - size, width: 3, height: size });
    }));
}

// The share of a whole, e.g. of a job that has been done.
export function meter(label, done, total) {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  return h('svg', { viewBox: '0 0 100 6', preserveAspectRatio: 'none', role: 'img', 'aria-label': `${label}: ${number(done)} of ${number(total)}`, class: 'meter' },
    h('rect', { x: 0, y: 0, width: 100, height: 6, class: 'rest' }), h('rect', { x: 0, y: 0, width: share * 100, height: 6, class: 'done' }));
}
