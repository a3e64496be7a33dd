/** Keeps the display awake while a page needs to be read by a camera or from a driver's seat. */

/** Holds the lock until the returned function is called; takes it again whenever the page comes back to view. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let released = false;

  async function take(): Promise<void> {
    if (released || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      if (released) await lock.release();
    } catch (error) {
      // A low battery refuses it: the page works without.
      if (!(error instanceof DOMException)) throw error;
    }
  }
  const again = () => void take();
  document.addEventListener('visibilitychange', again);
  again();
  return () => {
    released = true;
    document.removeEventListener('visibilitychange', again);
    void lock?.release();
  };
}
