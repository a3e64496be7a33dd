/** The server's clock as this phone or tablet knows it: the local clock plus a measured offset. */

export interface ClockReading {
  /** Milliseconds to add to the local clock. */
  offset: number;
  /** Local time of the measurement, milliseconds since 1970. */
  measuredAt: number;
}

export class ServerClock {
  #reading: ClockReading;

  constructor(reading: ClockReading = { offset: 0, measuredAt: 0 }) {
    this.#reading = reading;
  }

  /** Takes a server time that was asked for at `sent` and arrived at `received` (local milliseconds). */
  note(serverTime: string, sent: number, received: number): ClockReading {
    this.#reading = { offset: Math.round(Date.parse(serverTime) - (sent + received) / 2), measuredAt: received };
    return this.#reading;
  }

  get reading(): ClockReading {
    return this.#reading;
  }

  /** Takes up a measurement that was kept from before. */
  restore(reading: ClockReading): void {
    this.#reading = reading;
  }

  /** The server's time now, milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#reading.offset;
  }
}
