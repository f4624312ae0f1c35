/** The whole table of secrets: every place, times every form, times every kind. */
import { describeSecretsTable } from './describe-secrets-table.js'

describeSecretsTable('all')
