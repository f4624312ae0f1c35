/** Some rows of the table of secrets: each place, each form, each kind. The whole of it is in `secrets-table.long.test.ts`. */
import { describeSecretsTable } from './describe-secrets-table.js'

describeSecretsTable('some')
