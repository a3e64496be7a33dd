/** What the build puts into the service worker. */
interface ServiceWorkerGlobalScope {
  /** The driver's shell: every file with its revision. */
  readonly __WB_MANIFEST: (import('workbox-precaching').PrecacheEntry | string)[];
}
