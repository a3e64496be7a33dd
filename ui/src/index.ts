/** The shared front-end kit: words, client, clock and components. Live, offline, voucher and identifiers stand apart. */
export * from './client.ts';
export * from './clock.ts';
export * from './countries.ts';
export * from './declaration.ts';
export * from './format.ts';
export {
  currentLanguage,
  defineWords,
  fill,
  LANGUAGE_NAMES,
  LANGUAGE_ON_WIRE,
  LANGUAGES,
  preferredLanguage,
  problemSentence,
  reasonSentence,
  showLanguage,
  t,
  type Arguments,
  type Coded,
  type Language,
  type Translate,
} from './words.svelte.ts';
export * from './states.ts';
export { keepAwake } from './wakelock.ts';
export { default as Button } from './components/Button.svelte';
export { default as Choice } from './components/Choice.svelte';
export { default as ConfirmDialog } from './components/ConfirmDialog.svelte';
export { default as ConnectionBar } from './components/ConnectionBar.svelte';
export { default as ContainerFields } from './components/ContainerFields.svelte';
export { default as CountryField } from './components/CountryField.svelte';
export { default as CopyButton } from './components/CopyButton.svelte';
export { default as ErrorSummary, type FieldFailure } from './components/ErrorSummary.svelte';
export { default as Field } from './components/Field.svelte';
export { default as Icon, type IconName } from './components/Icon.svelte';
export { default as LanguageSwitch } from './components/LanguageSwitch.svelte';
export { default as Notice } from './components/Notice.svelte';
export { default as Page } from './components/Page.svelte';
export { default as ScreenState, type Screen } from './components/ScreenState.svelte';
export { default as Select } from './components/Select.svelte';
export { default as SizeType } from './components/SizeType.svelte';
export { default as StatusChip, type Tone } from './components/StatusChip.svelte';
