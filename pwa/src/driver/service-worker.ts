/** The driver's service worker: the app opens without a network; the API and the other apps are never touched. */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

declare const self: ServiceWorkerGlobalScope;

cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { allowlist: [/^\/(?:\?|$)/] }));

// The page asks for this at its start only, never while somebody types.
self.addEventListener('message', (event) => {
  if (event.data === 'activate') void self.skipWaiting();
});
