// Numbers and times as text. Times are absolute with their zone, and relative beside it.

import { h } from './dom.js';

const numbers = new Intl.NumberFormat('en');
const zone = new Intl.DateTimeFormat('en', { timeZoneName: 'short' });
const units = [['s', 60], ['min', 60], ['h', 24], ['d', Infinity]];

const unseen = /[\u0000-\u0009\u000b-\u001f\u007f-\u00a0\u00ad\u061c\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff\uffa0\ufff9-\ufffb]/g;

// A text of a stranger, such that what cannot be seen, or would turn the text around it, is seen: two SKUs may differ by a space alone.
export const exact = text => String(text ?? '').replace(unseen, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).replace(/^ +| +$| {2,}/g, spaces => '␣'.repeat(spaces.length));

export const number = value => (value === null || value === undefined ? '–' : numbers.format(value));
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;
// newFailures and bulk-replay, as the API has them.
export const words = text => text.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`).replaceAll('-', ' ');
export const percent = share => (share > 0 && share < 0.01 ? '<1 %' : `${Math.round(share * 100)} %`);

export function duration(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) {
    return '–';
  }

  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s` : span(milliseconds);
}

export function span(milliseconds) {
  let value = Math.max(0, Math.round(milliseconds / 1000));
  for (const [unit, size] of units) {
    if (value < size) {
      return `${value} ${unit}`;
    }

    value = Math.floor(value / size);
  }

  return '';
}

export function relative(text) {
  const distance = Date.now() - Date.parse(text);
  return Math.abs(distance) < 1500 ? 'now' : distance > 0 ? `${span(distance)} ago` : `in ${span(-distance)}`;
}

export function absolute(text, withDay = true) {
  const at = new Date(text);
  const two = value => String(value).padStart(2, '0');
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const name = zone.formatToParts(at).find(part => part.type === 'timeZoneName').value;
  return `${withDay ? `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ` : ''}${clock} ${name}`;
}

export function time(text) {
  return text ? h('time', { datetime: text, class: 'time' }, h('span', null, absolute(text)), ' ', h('small', null, relative(text))) : '–';
}

export function bytes(count) {
  return count < 1000 ? `${count} B` : count < 1e6 ? `${(count / 1e3).toFixed(1)} KB` : count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}

export function dollars(value) {
  return value === null || value === undefined ? '–' : value === 0 ? '$0' : value < 0.01 ? `$${value.toPrecision(2)}` : `$${value.toFixed(2)}`;
}
