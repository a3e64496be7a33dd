/** Keeps the display on; the browser drops the lock whenever the page was hidden, so it is asked for again. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  const ask = async (): Promise<void> => {
    if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    lock = await navigator.wakeLock.request('screen').catch(() => null);
  };
  const asked = (): void => void ask();
  document.addEventListener('visibilitychange', asked);
  asked();
  return () => {
    document.removeEventListener('visibilitychange', asked);
    void lock?.release();
  };
}
