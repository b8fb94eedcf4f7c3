import { Database } from 'bun:sqlite'

// bun locker.ts <file>: takes the write lock, says so, and keeps it until it is killed.
const database = new Database(process.argv[2])
database.run('PRAGMA busy_timeout = 5000')
database.run('BEGIN EXCLUSIVE')
await Bun.write(Bun.stdout, 'locked\n')
setInterval(() => database.inTransaction, 1000)
