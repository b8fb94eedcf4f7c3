import type { Database } from 'bun:sqlite'
import { DEFAULT_RETENTION } from '../broker.ts'

/** The form of the file that this version reads and writes. */
const VERSION = 1
/** "Rivu": what tells our files from other SQLite files, in their header. */
const APPLICATION = 0x52697675
/** The longest text of an event, in characters. */
export const LONGEST_TEXT = 4 * 1024 * 1024
/** Milliseconds that an empty topic is remembered. */
const REMEMBERED = 24 * 60 * 60 * 1000

/** The time in SQL that SQLite 3.31 understands too: other programs' libraries run this. */
const NOW = `CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)`

/**
 * `events` is what happened, in one order; whoever inserts there, in whatever language, has
 * published. The triggers do the rest in the same transaction:
 *
 * - `log` is which events their topics retain: of a key only the newest. Nothing in `events` is ever
 *   rewritten, since SQLite would copy the text along.
 * - `dead` is which events no log retains any more, or ever did, and since when. They stay for a
 *   while, for processes that have not heard them yet.
 * - `topics` has what each topic retains, and up to where it has lost something (`floor`). `due` is
 *   when to look at it again.
 * - `broker` is one row. An empty topic is forgotten after a day, and then has the floor `forgotten`.
 */
const SCHEMA = `
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT
      CONSTRAINT "seq is given by the file" CHECK (seq BETWEEN 1 AND 999999999999999),
    topic TEXT NOT NULL CONSTRAINT "topic is a text" CHECK (typeof(topic) = 'text'),
    key TEXT CONSTRAINT "key is a text or NULL" CHECK (typeof(key) IN ('text', 'null')),
    ephemeral INTEGER NOT NULL DEFAULT 0
      CONSTRAINT "ephemeral is 0 or 1" CHECK (ephemeral IN (0, 1)),
    at INTEGER NOT NULL DEFAULT (${NOW})
      CONSTRAINT "at is in milliseconds since 1970" CHECK (typeof(at) = 'integer'),
    text TEXT NOT NULL CONSTRAINT "text is JSON text of at most ${LONGEST_TEXT} characters"
      CHECK (typeof(text) = 'text' AND length(text) <= ${LONGEST_TEXT})
  );
  CREATE TABLE log (
    topic TEXT NOT NULL, seq INTEGER NOT NULL, key TEXT, size INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (topic, seq)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX log_by_key ON log (topic, key) WHERE key IS NOT NULL;
  CREATE TABLE dead (
    at INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (at, seq)
  ) WITHOUT ROWID;
  CREATE TABLE topics (
    topic TEXT PRIMARY KEY,
    events NOT NULL DEFAULT ${DEFAULT_RETENTION.events},
    age NOT NULL DEFAULT ${DEFAULT_RETENTION.age},
    bytes NOT NULL DEFAULT ${DEFAULT_RETENTION.bytes},
    count INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL DEFAULT 0,
    floor INTEGER NOT NULL,
    due NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE INDEX topics_by_due ON topics (due);
  CREATE INDEX topics_too_large ON topics (topic) WHERE count > events OR size > bytes;
  CREATE TABLE broker (
    id INTEGER PRIMARY KEY CHECK (id = 1), epoch TEXT NOT NULL, forgotten INTEGER NOT NULL, boot TEXT
  );

  CREATE TRIGGER events_ephemeral AFTER INSERT ON events WHEN NEW.ephemeral = 1 BEGIN
    INSERT INTO dead VALUES (${NOW}, NEW.seq);
  END;
  CREATE TRIGGER events_durable AFTER INSERT ON events WHEN NEW.ephemeral = 0 BEGIN
    INSERT OR IGNORE INTO topics (topic, floor) VALUES (NEW.topic, (SELECT forgotten FROM broker));
    DELETE FROM log WHERE topic = NEW.topic AND key = NEW.key;
    INSERT INTO log VALUES (NEW.topic, NEW.seq, NEW.key, length(NEW.text), NEW.at);
    UPDATE topics SET
      due = CASE WHEN count = 0 THEN NEW.at + age ELSE due END,
      count = count + 1,
      size = size + length(NEW.text)
    WHERE topic = NEW.topic;
  END;
  CREATE TRIGGER log_left AFTER DELETE ON log BEGIN
    INSERT OR IGNORE INTO dead VALUES (${NOW}, OLD.seq);
    UPDATE topics SET
      due = CASE WHEN count = 1 THEN max(due, ${NOW} + ${REMEMBERED}) ELSE due END,
      count = count - 1,
      size = size - OLD.size
    WHERE topic = OLD.topic;
  END;
  CREATE TRIGGER events_deleted AFTER DELETE ON events
  WHEN EXISTS (SELECT 1 FROM log WHERE topic = OLD.topic AND seq = OLD.seq) BEGIN
    UPDATE topics SET floor = max(floor, OLD.seq) WHERE topic = OLD.topic;
    DELETE FROM log WHERE topic = OLD.topic AND seq <= OLD.seq;
  END;

  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};
`

/** Makes the tables in a new file; throws for a file of somebody else, or of a newer version. */
export function prepareSchema(database: Database, path: string): void {
  // All that is asked has to be of one moment, or a file that is just being made seems foreign.
  const isNew = database.transaction(() => checkOwner(database, path)).deferred()
  const { journal_mode: mode } = database
    .query<{ journal_mode: string }, []>('PRAGMA journal_mode = WAL')
    .get() ?? { journal_mode: 'none' }
  if (mode !== 'wal') {
    throw new Error(`${path} cannot be shared by processes.

Expected: a file system that has shared memory (journal_mode wal)
Got: journal_mode ${mode}`)
  }
  if (!isNew) return
  database
    .transaction(() => {
      // Another process may have been first.
      if (!checkOwner(database, path)) return
      database.run(SCHEMA)
      database.run('INSERT INTO broker VALUES (1, ?, 0, NULL)', [newEpoch()])
    })
    .immediate()
}

/** What tells one life of the sequence from every other: 14 letters and digits. */
export function newEpoch(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
  return Date.now().toString(36) + (random % 36 ** 6).toString(36).padStart(6, '0')
}

/** Whether the file is new; throws when it is none of ours. Nothing is written. */
function checkOwner(database: Database, path: string): boolean {
  const application = pragma(database, 'application_id')
  const version = pragma(database, 'user_version')
  if (application === APPLICATION && version === VERSION) return false
  if (application === APPLICATION) {
    throw new Error(`${path} has been written by another version of Rivulet.

Expected: version ${VERSION} of the file
Got: version ${version}`)
  }
  const tables = database
    .query<{ name: string }, []>('SELECT name FROM sqlite_schema LIMIT 5')
    .all()
    .map(({ name }) => name)
  if (application === 0 && version === 0 && tables.length === 0) return true
  throw new Error(`${path} is a database of something else.

Expected: a file of its own for the events, or none yet
Got: application_id ${application}, user_version ${version}, with ${tables.join(', ') || 'no tables'}`)
}

function pragma(database: Database, name: 'application_id' | 'user_version'): number {
  return database.query<Record<string, number>, []>(`PRAGMA ${name}`).get()?.[name] ?? 0
}
