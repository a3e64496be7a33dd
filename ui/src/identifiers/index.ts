/** Identifiers as people type them. */
export { checkContainer, checkDigit, type ContainerCheck } from './containers.ts';
export { homeOf, JURISDICTIONS, parsePlate, type Jurisdiction, type Plate, type PlateKind } from './plates.ts';
export { normalise } from './text.ts';
