/** A driver's phone without a screen: declares through the schema and shows the code the app would show. */
import { expect } from '@playwright/test';
import { codeAt, type KeptVoucher } from '../../ui/src/voucher/envelope.ts';
import { newSeeds, seedFor, type Seeds } from '../../ui/src/voucher/seeds.ts';
import { ask, key, order, phoneOf, window, type Vehicle } from './port.ts';

interface Voucher extends KeptVoucher {
  id: string;
  anchor: string;
  state: string;
}

export class Phone {
  private kept: Voucher | null = null;

  private constructor(
    readonly token: string,
    readonly tripId: string,
    private readonly seeds: Seeds,
  ) {}

  /** Opens a fresh order's link, declares the vehicle and what else is `stated`, and submits. */
  static async declared(vehicle: Vehicle, direction = 'SOUTHBOUND', stated: object = {}): Promise<Phone> {
    const link = await order(vehicle, direction);
    const opened = await ask<{ session: { token: string }; trip: { id: string } }>(
      `mutation($input: OpenWorkOrderLinkInput!) { openWorkOrderLink(input: $input) {
        ... on WorkOrderOpened { session { token } trip { id } } ... on Problem { code } } }`,
      { input: { idempotencyKey: key(), code: link.split('/').at(-1), language: 'EN' } },
    );
    const phone = new Phone(opened.session.token, opened.trip.id, newSeeds());
    await phone.submit(vehicle, direction, stated);
    return phone;
  }

  private async submit(vehicle: Vehicle, direction: string, stated: object): Promise<void> {
    const declaration = {
      driverName: 'Wong Ka Ming',
      driverPhone: phoneOf(vehicle),
      direction,
      plates: vehicle.plates,
      containers: vehicle.containers.map((number, index) => ({ number, seals: [`HT12345${6 + index}`] })),
      crew: 1,
      feverFree: true,
      goodsSummary: 'Household goods',
      language: 'EN',
      ...window(),
      ...stated,
    };
    const answer = await ask<{ __typename: string }>(
      `mutation($input: SubmitDeclarationInput!) { submitDeclaration(input: $input) {
        __typename ... on DeclarationIncomplete { failures { code path } } ... on Problem { code path } } }`,
      { input: { idempotencyKey: key(), tripId: this.tripId, declaration, anchors: Object.keys(this.seeds) } },
      this.token,
    );
    expect(answer).toEqual({ __typename: 'Trip' });
  }

  /** The voucher, once it is issued; the phone keeps it, as the app does. */
  async voucher(): Promise<Voucher> {
    if (this.kept) return this.kept;
    let found: Voucher | null = null;
    await expect
      .poll(async () => {
        const home = await ask<{ voucher: Voucher | null }>(
          `{ driverHome { voucher { id state partOne anchor notBefore expiresAt } } }`,
          {},
          this.token,
        );
        found = home.voucher;
        return found?.state;
      })
      .toBe('ISSUED');
    if (!found) throw new Error('no voucher');
    this.kept = found;
    return found;
  }

  /** The code as the phone's screen shows it, its clock `late` milliseconds behind. */
  async code(late = 0): Promise<string> {
    const voucher = await this.voucher();
    const seed = seedFor(this.seeds, voucher.anchor);
    if (!seed) throw new Error('the voucher was issued for an anchor that this phone did not send');
    return codeAt(voucher, seed, Date.now() - late).text;
  }

  async amend(): Promise<void> {
    const answer = await ask<{ __typename: string }>(
      `mutation($input: AmendTripInput!) { amendTrip(input: $input) { __typename } }`,
      { input: { idempotencyKey: key(), tripId: this.tripId } },
      this.token,
    );
    expect(answer).toEqual({ __typename: 'Trip' });
  }
}
