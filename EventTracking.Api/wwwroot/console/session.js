// The API key and what it may do. The key is in session storage, so it ends with the window, and is shown nowhere.

const storage = 'event-tracking-key';

export const session = { name: null, role: null, sandbox: false, swagger: false };

// A browser may deny storage; the key then ends with the page.
let denied = null;

// What no header can carry is no key.
export const mayBeKey = text => /^[\x21-\x7e]+$/.test(text);
export const isOperator = () => session.role === 'operator';

export function keyOf() {
  let key = denied;
  try {
    key ??= sessionStorage.getItem(storage);
  } catch { /* See above. */ }

  return key && mayBeKey(key) ? key : null;
}

export function keep(key) {
  try {
    sessionStorage.setItem(storage, key);
  } catch {
    denied = key;
  }
}

export function forget() {
  denied = null;
  try {
    sessionStorage.removeItem(storage);
  } catch { /* See above. */ }

  Object.assign(session, { name: null, role: null, sandbox: false, swagger: false });
}
