// Keeps the API key from where others would find it. The page's policy allows no code in its settings, so this runs before the page starts.

const start = window.SwaggerUIBundle;
const header = 'X-Api-Key';
const stored = 'authorized';

// The curl box shows each request with its headers. Without the key it is on no screen, picture or clipboard.
const withoutKey = ({ React }) => ({
  wrapComponents: {
    curl: Curl => props => React.createElement(Curl, { ...props, request: props.request?.hasIn(['headers', header]) ? props.request.setIn(['headers', header], 'YOUR-KEY') : props.request }),
  },
});

window.SwaggerUIBundle = Object.assign(settings => start({ ...settings, plugins: [...(settings.plugins ?? []), withoutKey] }), start);

// Swagger UI keeps the key in local storage, which outlives the window. In session storage it survives a reload and ends with the window.
for (const name of ['getItem', 'setItem', 'removeItem']) {
  const own = Storage.prototype[name];
  Storage.prototype[name] = function (key, ...values) {
    return own.call(this === localStorage && key === stored ? sessionStorage : this, key, ...values);
  };
}
