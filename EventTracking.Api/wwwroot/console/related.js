// Other events that a screen about one event shows. Those that have ended seldom change, so they are asked for once in half a minute.

import { find, get, query } from './api.js';

const fresh = 30_000;
const most = 100;
const known = new Map();
const goods = new Map();
const ended = ['succeeded', 'failed', 'ignored', 'superseded', 'dismissed'];

export async function related(ids, signal) {
  return (await Promise.all(ids.map(id => lookUp(id, signal)))).filter(event => event);
}

// The event's neighbors, newest first. They are those of the newest page, unless the event is older than that.
export async function neighborsOf(event, signal) {
  const newest = (await get(`/events${query({ entity: event.entity, limit: 50 })}`, signal)).events;
  if (newest.some(one => one.id === event.id)) {
    return newest;
  }

  const until = new Date(Date.parse(event.triggeredAt) + 1).toISOString();
  const [later, earlier] = await Promise.all([
    related(event.later, signal),
    get(`/events${query({ entity: event.entity, to: until, limit: 6 })}`, signal),
  ]);
  return [...later.reverse().map(one => ({ ...one, error: one.error?.message })), ...earlier.events];
}

// The last good one: about the same thing, or else of the same kind. It is looked for once, because that may read many records.
export async function lastGood(event, neighbors, signal) {
  const near = neighbors.find(one => one.status === 'succeeded' && one.function === event.function && one.topic === event.topic && one.id !== event.id);
  if (near || goods.has(event.id)) {
    return near?.id ?? goods.get(event.id);
  }

  const [same] = event.entity ? (await get(`/events${query({ entity: event.entity, function: event.function, topic: event.topic, status: 'succeeded', limit: 1 })}`, signal)).events : [];
  const [kind] = same ? [] : (await get(`/events${query({ function: event.function, topic: event.topic, status: 'succeeded', limit: 1 })}`, signal)).events;
  keep(goods, event.id, (same ?? kind)?.id ?? null);
  return goods.get(event.id);
}

async function lookUp(id, signal) {
  const before = known.get(id);
  if (before && ended.includes(before.event.status) && Date.now() - before.at < fresh) {
    return before.event;
  }

  const event = await find(`/events/${id}`, signal);
  if (event) {
    keep(known, id, { event, at: Date.now() });
  }

  return event;
}

function keep(map, key, value) {
  map.set(key, value);
  if (map.size > most) {
    map.delete(map.keys().next().value);
  }
}
