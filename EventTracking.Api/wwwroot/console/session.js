// The API key and what it may do. The key is in session storage, so it ends with the window, and is shown nowhere.

const storage = 'event-tracking-key';

export const session = { name: null, role: null, sandbox: false, swagger: false };

export const keyOf = () => sessionStorage.getItem(storage);
export const keep = key => sessionStorage.setItem(storage, key);
export const isOperator = () => session.role === 'operator';

export function forget() {
  sessionStorage.removeItem(storage);
  Object.assign(session, { name: null, role: null, sandbox: false, swagger: false });
}
