export { createSqliteBroker } from './broker/sqlite/sqlite-broker.ts'
export type { SqliteBrokerOptions } from './broker/sqlite/sqlite-options.ts'
