// An address that leads nowhere.
export default {
  template: `<h1>Nothing here</h1><p>There is no such page. <router-link to="/">To the overview</router-link>.</p>`,
};
