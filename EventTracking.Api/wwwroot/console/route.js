// The address of a screen: #/name/id?filters. It holds every filter, so a link shows what its sender saw.

export function read() {
  const [path, text] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [name, ...rest] = path.split('/').map(decode);
  return { name: name || 'overview', id: rest.join('/') || null, query: Object.fromEntries(new URLSearchParams(text ?? '')) };
}

export function link(name, id, query) {
  const text = new URLSearchParams(Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== '')).toString();
  return `#/${name}${id ? `/${encodeURIComponent(id)}` : ''}${text && `?${text}`}`;
}

// The same address again asks again.
export function go(name, id, query) {
  const before = location.href;
  location.hash = link(name, id, query);
  if (location.href === before) {
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  }
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
