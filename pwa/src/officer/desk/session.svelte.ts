/** Who sits at the desk. */
import { SignedOut, Unreachable, type Screen } from '@clearlane/ui';
import { DemoAccountsDocument, SignInDocument, SignOutDocument, ViewerDocument } from '../generated/graphql.ts';
import type { DemoAccountsQuery } from '../generated/graphql.ts';
import { Act } from './act.svelte.ts';
import { ask, type Viewer } from './api.ts';

export type DemoAccount = DemoAccountsQuery['demoAccounts'][number];

/** Who works in this app. */
const DESKS: ReadonlySet<string> = new Set(['OFFICER', 'AGENCY', 'AUDITOR']);

export class Session {
  viewer = $state.raw<Viewer | null>(null);
  accounts = $state.raw<DemoAccount[]>([]);
  screen = $state<Screen>('waiting');
  readonly signing = new Act(this);

  /** Finds out whether somebody is signed in already, else who may sign in here in the demo. */
  async start(): Promise<void> {
    this.screen = 'waiting';
    try {
      await this.check();
      const { demoAccounts } = await ask(DemoAccountsDocument);
      this.accounts = demoAccounts.filter(({ role }) => DESKS.has(role));
      this.screen = this.accounts.length > 0 ? 'there' : 'empty';
    } catch (error) {
      this.screen = error instanceof Unreachable ? 'offline' : 'refused';
      if (!(error instanceof Unreachable)) console.error(error);
    }
  }

  /** Asks whether the sign-in still holds. Raises Unreachable. */
  async check(): Promise<void> {
    try {
      const { viewer } = await ask(ViewerDocument);
      this.viewer = viewer !== null && DESKS.has(viewer.role) ? viewer : null;
    } catch (error) {
      if (!(error instanceof SignedOut)) throw error;
      this.viewer = null;
    }
  }

  async signIn({ id, role }: DemoAccount): Promise<void> {
    const session = await this.signing.run(
      async () => (await ask(SignInDocument, { input: { role, accountId: id } })).demoSignIn,
    );
    if (session !== null) this.viewer = session.viewer;
  }

  async signOut(): Promise<void> {
    this.viewer = null;
    await ask(SignOutDocument).catch((error: unknown) => {
      if (!(error instanceof Unreachable || error instanceof SignedOut)) throw error;
    });
  }

  /** The API says that nobody is signed in any more. */
  end(): void {
    this.viewer = null;
  }
}
