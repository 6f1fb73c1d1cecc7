// vue-router tells a browser extension of itself. Nobody listens here.
export function setupDevtoolsPlugin() {}
