/** Generates each app's types and documents from the schema; apart, so that no app carries another's. */
import { existsSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';

const APPS = ['driver', 'carrier', 'officer', 'demo', 'rules'].filter((app) => existsSync(`src/${app}/documents.graphql`));

const config: CodegenConfig = {
  schema: '../schema.graphql',
  ignoreNoDocuments: true,
  silent: true,
  generates: Object.fromEntries(
    APPS.map((app) => [
      `./src/${app}/generated/`,
      {
        preset: 'client',
        documents: [`src/${app}/**/*.graphql`],
        presetConfig: { fragmentMasking: false },
        config: {
          documentMode: 'string',
          enumsAsTypes: true,
          useTypeImports: true,
          strictScalars: true,
          scalars: { Date: 'string', DateTime: 'string' },
        },
      },
    ]),
  ),
};

export default config;
