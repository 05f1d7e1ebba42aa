import { createRouter, createWebHistory } from 'vue-router';
import Box from './screens/Box.vue';
import Diary from './screens/Diary.vue';
import Document from './screens/Document.vue';
import Entry from './screens/Entry.vue';
import Household from './screens/Household.vue';
import Households from './screens/Households.vue';
import Matter from './screens/Matter.vue';
import Matters from './screens/Matters.vue';
import Meeting from './screens/Meeting.vue';
import Meetings from './screens/Meetings.vue';
import Missing from './screens/Missing.vue';
import More from './screens/More.vue';
import Plan from './screens/Plan.vue';
import Plans from './screens/Plans.vue';
import Pledge from './screens/Pledge.vue';
import Print from './screens/Print.vue';
import Raise from './screens/Raise.vue';
import Settings from './screens/Settings.vue';
import Settle from './screens/Settle.vue';
import Shelf from './screens/Shelf.vue';
import Sync from './screens/Sync.vue';
import Today from './screens/Today.vue';
import Visit from './screens/Visit.vue';

/** Every screen, and its address below `/handbook/`. */
export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [
    { path: '/', component: Today },
    { path: '/households', component: Households },
    { path: '/households/:id', component: Household, props: true },
    { path: '/visit', component: Visit },
    { path: '/visit/:household', component: Visit, props: true },
    { path: '/diary', component: Diary },
    { path: '/diary/write', component: Entry },
    { path: '/diary/:doc/:id', component: Entry, props: true },
    { path: '/matters', component: Matters },
    { path: '/matters/raise', component: Raise },
    { path: '/matters/:id', component: Matter, props: true },
    { path: '/more', component: More },
    { path: '/pledge', component: Pledge },
    { path: '/plans', component: Plans },
    { path: '/plans/:id', component: Plan, props: true },
    { path: '/meetings', component: Meetings },
    { path: '/meetings/:id', component: Meeting, props: true },
    { path: '/shelf/:kind(studio|base|aid|fund)', component: Shelf, props: true },
    { path: '/box', component: Box },
    { path: '/documents/:id', component: Document, props: true },
    { path: '/sync', component: Sync },
    { path: '/settle', component: Settle },
    { path: '/print', component: Print },
    { path: '/settings', component: Settings },
    { path: '/:rest(.*)*', component: Missing },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});
