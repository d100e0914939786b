// The curl box shows each request with its headers. This replaces the key, so that it is on no screen, picture or clipboard.
// The page's policy allows no code in its settings, so the plugin is added here, before the page starts.

const start = window.SwaggerUIBundle;
const header = 'X-Api-Key';

const withoutKey = ({ React }) => ({
  wrapComponents: {
    curl: Curl => props => React.createElement(Curl, { ...props, request: props.request?.hasIn(['headers', header]) ? props.request.setIn(['headers', header], 'YOUR-KEY') : props.request }),
  },
});

window.SwaggerUIBundle = Object.assign(settings => start({ ...settings, plugins: [...(settings.plugins ?? []), withoutKey] }), start);
