import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Forbids imports into a folder; type-only imports stay allowed where `types` is true. */
const noImports = (patterns, message, types = false) => ({
  '@typescript-eslint/no-restricted-imports': [
    'error',
    { patterns: patterns.map((regex) => ({ regex, message, allowTypeImports: types })) },
  ],
});

const stateless = 'workers load workflow code once for all incidents: its modules keep no state (ADR 50)';
/** What a module could remember one incident by while it works for another. */
const noModuleState = {
  'no-restricted-syntax': [
    'error',
    ...['Program > VariableDeclaration', 'Program > ExportNamedDeclaration > VariableDeclaration'].flatMap(
      (declared) => [
        { selector: `${declared}[kind!='const']`, message: stateless },
        {
          selector: `${declared} > VariableDeclarator:not([id.typeAnnotation]) > NewExpression.init`,
          message: `${stateless}; say that it is read only: ReadonlySet, ReadonlyMap`,
        },
        { selector: `${declared} > VariableDeclarator > Literal.init[regex.flags=/y/]`, message: stateless },
      ],
    ),
    { selector: 'ClassDeclaration PropertyDefinition[static=true]', message: stateless },
  ],
};

const domainFolders =
  'acts|alert|approval|cloudtrail|data|findings|notices|plan|policy|report|severity|snapshot-share|watch';

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'coverage/', 'test/fixtures/'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // As TypeScript does it: a leading underscore says "needed for its place only".
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          args: 'after-used',
          argsIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          destructuredArrayIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  {
    // The core: plain types and functions that also run inside the workflow sandbox.
    files: ['src/domain/**'],
    rules: noImports(
      [`^(?!\\./|\\.\\./((${domainFolders})/)?[\\w-]+\\.ts$|@noble/hashes|@noble/curves|canonicalize$)`],
      'src/domain may import only itself, @noble/hashes, @noble/curves and canonicalize',
    ),
  },
  {
    files: ['workflows/**'],
    rules: noImports(
      [
        '^(?!\\.|@noble/hashes/|@noble/curves/|canonicalize$|@temporalio/(workflow|common)$)',
        '/activities/(?![\\w-]+/contract)',
        'src/(?!domain)',
        'workers/',
      ],
      'workflows import the domain and what it may import, @temporalio/workflow, @temporalio/common and contracts (types only)',
    ),
  },
  {
    files: ['src/domain/**', 'workflows/**'],
    rules: noModuleState,
  },
  {
    files: ['activities/**'],
    rules: noImports(
      ['/workflows/', 'src/(?!domain|audit|slack|temporal/listing)', 'workers/'],
      'activities import the domain, their contract, their SDK, src/audit, src/slack and src/temporal/listing.ts',
    ),
  },
  {
    files: [
      'src/intake/**',
      'src/detection/**',
      'src/approvals/**',
      'src/audit/**',
      'src/config/**',
      'src/temporal/**',
      'src/encryption/**',
      'src/slack/**',
      'src/tables/**',
    ],
    rules: noImports(
      [
        '/lab/',
        'workers/',
        '/cli/',
        '/activities/.*(?<!contract\\.ts)$',
        '/workflows/(?!(messages|playbooks|shared/descriptor)\\.ts$)',
      ],
      'see ARCHITECTURE.md, "Who may import whom"',
    ),
  },
  {
    files: ['src/cacao/**'],
    rules: noImports(
      ['^(?!\\./|\\.\\./domain/|\\.\\./\\.\\./workflows/([\\w-]+/playbook|shared/descriptor)\\.ts$|node:)'],
      'src/cacao may import itself, the domain and playbooks',
    ),
  },
  {
    files: ['src/deploy/**'],
    rules: noImports(
      ['^(?!\\./|\\.\\./\\.\\./activities/aws/permissions/|node:|yaml$)'],
      'src/deploy may import itself, the table of permissions and yaml',
    ),
  },
  {
    files: ['src/cli/**', 'workers/**'],
    ignores: ['src/cli/demo.ts', 'src/cli/lab.ts'],
    rules: noImports(['/lab/'], 'of the product only the commands demo and lab import src/lab'),
  },
  {
    files: ['test/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  prettier,
);
