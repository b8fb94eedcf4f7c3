/**
 * What the server does at once, without anybody in between; the first argument says what.
 *
 * All keys of a shard are made of its tag, `KEYS[1]`, and lie in one slot of a Cluster:
 * - `:feed` every event of the shard, capped; what all processes read
 * - `:t:<topic>` the log of a topic; its ids are those of the feed
 * - `:s:<topic>` what is known of that log: its size, the newest event evicted, the newest of each key
 * - `:in` events from elsewhere, until the next call turns them into events like ours
 * - `:meta` the epoch, the number and id of the newest entry of the feed
 * - `:marks` an id of the feed for every sixteenth of its bytes
 *
 * The key that is declared does not exist. So while the slot moves to another node, the server
 * refuses the call as a whole (ASK), where it would otherwise stop halfway at the first key that
 * has moved.
 *
 * A topic without a state was not published to within `REMEMBERED`, or its state would still be
 * there: that is how a cursor is good on a topic that nothing is stored for.
 *
 * Effects are replicated, not the script, so `TIME` may be asked before writing: from Redis 7 on
 * always, before by `replicate_commands`.
 */
export const SCRIPT = `
if redis.replicate_commands then redis.replicate_commands() end
local OP, FEED_EVENTS, FEED_BYTES, SHARDS, SHARD = unpack(ARGV, 1, 5)
FEED_EVENTS, FEED_BYTES, SHARDS, SHARD = tonumber(FEED_EVENTS), tonumber(FEED_BYTES), tonumber(SHARDS), tonumber(SHARD)
local ROOT = KEYS[1]
local FEED, META, INBOX, MARKS = ROOT .. ':feed', ROOT .. ':meta', ROOT .. ':in', ROOT .. ':marks'
local HOUR, REMEMBERED, LARGEST = 3600000, 86400000, 4194304
local DEFAULTS = { events = 256, age = 86400000, bytes = 1048576 }

local meta = redis.call('HMGET', META, 'epoch', 'n', 'last', 'fill')
local epoch, n, last, fill = meta[1], tonumber(meta[2] or 0), meta[3], tonumber(meta[4] or 0)

local function milliseconds(id) return tonumber(string.match(id, '^%d+')) end

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function comesAfter(one, other)
  local ms, seq = string.match(one, '^(%d+)-(%d+)$')
  local otherMs, otherSeq = string.match(other, '^(%d+)-(%d+)$')
  ms, seq, otherMs, otherSeq = tonumber(ms), tonumber(seq), tonumber(otherMs), tonumber(otherSeq)
  return ms > otherMs or (ms == otherMs and seq > otherSeq)
end

local function fieldsOf(entry)
  local fields = {}
  for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
  return fields
end

-- Adds an entry to the feed. The oldest go by number, and by bytes a sixteenth at a time: so their
-- sizes need not be known one by one.
local function enter(size, ...)
  n = n + 1
  last = redis.call('XADD', FEED, 'MAXLEN', '~', FEED_EVENTS, '*', 'n', n, ...)
  fill = fill + size
  if fill >= FEED_BYTES / 16 then
    fill = 0
    if redis.call('RPUSH', MARKS, last) > 16 then
      redis.call('XTRIM', FEED, 'MINID', redis.call('LPOP', MARKS))
    end
  end
  redis.call('HSET', META, 'n', n, 'last', last, 'fill', fill)
  return last
end

-- Begins an epoch: cursors from before go nowhere, and every reader of the feed is told so.
local function turn()
  local time = redis.call('TIME')
  epoch = string.format('%x%05x', time[1], time[2])
  redis.call('HSET', META, 'epoch', epoch, 'shards', SHARDS, 'run', string.match(redis.call('INFO'), 'run_id:(%w+)'))
  -- Ids go on after the last one, even if the clock was set back.
  if last and redis.call('EXISTS', FEED) == 0 then redis.call('XADD', FEED, 'MAXLEN', 0, last, 'n', 0) end
  enter(0, 'epoch', epoch)
end

local function openLog(topic)
  local log = { events = ROOT .. ':t:' .. topic, state = ROOT .. ':s:' .. topic }
  local state = redis.call('HMGET', log.state, 'size', 'evicted', 'last', 'events', 'age', 'bytes')
  log.length = redis.call('XLEN', log.events)
  log.bytes, log.evicted, log.last = tonumber(state[1] or 0), state[2] or '0-0', state[3]
  log.keep = { events = tonumber(state[4]), age = tonumber(state[5]), bytes = tonumber(state[6]) }
  -- It has expired, or holds nothing.
  if log.length == 0 and log.last then log.bytes, log.evicted = 0, log.last end
  return log
end

local function drop(log, entry, fields)
  redis.call('XDEL', log.events, entry[1])
  log.length, log.bytes = log.length - 1, log.bytes - (tonumber(fields.size) or 0)
end

-- What is too old goes, too; but where others have gone already, only if all of it is asked for:
-- a full log then costs one look and not two.
local function evict(log, time, all)
  local looked = false
  while log.length > 0 do
    local fits = log.length <= log.keep.events and log.bytes <= log.keep.bytes
    if fits and looked and not all then return end
    local oldest = redis.call('XRANGE', log.events, '-', '+', 'COUNT', 1)[1]
    if fits and time - milliseconds(oldest[1]) <= log.keep.age then return end
    looked = not fits
    local fields = fieldsOf(oldest)
    drop(log, oldest, fields)
    log.evicted = oldest[1]
    if fields.key and redis.call('HGET', log.state, ':' .. fields.key) == oldest[1] then
      redis.call('HDEL', log.state, ':' .. fields.key)
    end
  end
end

local function limit(asked, kept, default)
  return math.floor(math.min(tonumber(asked) or kept or default, 1e15))
end

-- An event that does not say how long it is to be kept is kept as the topic's last one was.
local function append(event)
  local topic, text, key = event.topic, event.text, event.key
  if event.ephemeral and event.ephemeral ~= '' and event.ephemeral ~= '0' then
    return enter(#text, 'topic', topic, 'text', text, 'ephemeral', 1)
  end
  local log = openLog(topic)
  local before = last
  local id = enter(#text, 'topic', topic, 'text', text)
  -- What is in the state of an empty log are keys of events that have expired.
  local emptied = log.length == 0 and log.last
  if emptied then redis.call('DEL', log.state) end
  for name, default in pairs(DEFAULTS) do
    local kept = log.keep[name]
    log.keep[name] = limit(event[name], kept, default)
    if emptied or log.keep[name] ~= kept then redis.call('HSET', log.state, name, log.keep[name]) end
  end
  local size = tonumber(event.size) or #text
  if key == '' then key = nil end
  local superseded = key and redis.call('HGET', log.state, ':' .. key)
  local entry = superseded and redis.call('XRANGE', log.events, superseded, superseded)[1]
  if entry then drop(log, entry, fieldsOf(entry)) end
  local fields = { 'text', text, 'size', size }
  if key then fields[5], fields[6] = 'key', key end
  -- Somebody else has written to the log, with an id from the future: nobody knows what it is worth.
  if redis.pcall('XADD', log.events, id, unpack(fields)).err then
    redis.call('DEL', log.events)
    log.length, log.bytes, log.evicted = 0, 0, before
    redis.call('XADD', log.events, id, unpack(fields))
  end
  if key then redis.call('HSET', log.state, ':' .. key, id) end
  log.length, log.bytes = log.length + 1, log.bytes + size
  evict(log, milliseconds(id), false)
  redis.call('HSET', log.state, 'size', log.bytes, 'evicted', log.evicted, 'last', id)
  redis.call('PEXPIRE', log.events, log.keep.age)
  redis.call('PEXPIRE', log.state, math.max(log.keep.age, REMEMBERED))
  return id
end

local function refusal(event)
  local topic, text = event.topic, event.text
  if not topic or topic == '' or #topic > 2048 then return 'a field "topic" of 1 to 2048 bytes is missing' end
  if not text or text == '' then return 'a field "text" is missing' end
  if #text > LARGEST then return 'its text is too large: ' .. #text .. ' bytes' end
  for name in pairs(DEFAULTS) do
    if event[name] and not ((tonumber(event[name]) or -1) >= 0) then return 'its ' .. name .. ' is no number' end
  end
  local shard = tonumber(string.sub(redis.sha1hex(topic), 1, 8), 16) % SHARDS
  if shard ~= SHARD then return 'its topic belongs to shard ' .. shard end
end

-- One at a time: whatever a thousand large ones take is never held at once.
local function drainInbox()
  if redis.call('XLEN', INBOX) == 0 then return end
  for _ = 1, 100 do
    local entry = redis.call('XRANGE', INBOX, '-', '+', 'COUNT', 1)[1]
    if not entry then return end
    redis.call('XDEL', INBOX, entry[1])
    local event = fieldsOf(entry)
    event.size = nil
    local why = refusal(event)
    if why then enter(0, 'refused', why, 'id', entry[1]) else append(event) end
  end
end

-- Whether an event that somebody has had is in the feed, or was trimmed from it in order.
local function holds(id)
  if comesAfter(id, last) then return false end
  if #redis.call('XRANGE', FEED, id, id) > 0 then return true end
  local oldest = redis.call('XRANGE', FEED, '-', '+', 'COUNT', 1)[1]
  return not oldest or comesAfter(oldest[1], id)
end

if not epoch or redis.call('EXISTS', FEED) == 0 then turn() end

local ops = {}

function ops.publish(topic, text, size, key, ephemeral, events, age, bytes)
  drainInbox()
  return { epoch, append({ topic = topic, text = text, size = size, key = key,
    ephemeral = ephemeral, events = events, age = age, bytes = bytes }) }
end

-- What is retained, all or after a place; without a third value where the log cannot tell.
function ops.read(topic, from, after)
  drainInbox()
  -- So that no cursor is old when it is given out.
  local time = now()
  if time - milliseconds(last) > HOUR then enter(0, 'tick', 1) end
  local log = openLog(topic)
  if log.last and log.length > 0 then
    local length = log.length
    evict(log, time, true)
    if log.length < length then redis.call('HSET', log.state, 'size', log.bytes, 'evicted', log.evicted) end
  end
  if after ~= '' then
    if from ~= epoch or comesAfter(after, last) or comesAfter(log.evicted, after) then return { epoch, last } end
    if not log.last and time - milliseconds(after) > REMEMBERED then return { epoch, last } end
  end
  return { epoch, last, redis.call('XRANGE', log.events, after == '' and '-' or '(' .. after, last) }
end

-- On every new connection. Events may have been lost, and nobody can say which, where another
-- server answers than before, unless it is the same one that has loaded its append-only file again;
-- and where an event that the caller knows is gone.
function ops.hello(from, known)
  -- A write, so that a replica refuses it; one that is taken though the memory is full.
  redis.call('DEL', ROOT)
  local info = redis.call('INFO')
  local before = redis.call('HMGET', META, 'run', 'shards')
  if tonumber(before[2] or SHARDS) ~= SHARDS then
    return redis.error_reply('SHARDS other processes have shards=' .. before[2] .. ', this one has shards=' .. SHARDS)
  end
  local run = string.match(info, 'run_id:(%w+)')
  local reloaded = string.find(info, 'aof_enabled:1', 1, true) and string.find(info, 'second_repl_offset:-1', 1, true)
  if before[1] ~= run and not reloaded then turn()
  elseif from == epoch and known ~= '' and not holds(known) then turn() end
  if before[1] ~= run then redis.call('HSET', META, 'run', run) end
  return { epoch, last, n, string.match(info, 'maxmemory:(%d+)') or '0', string.match(info, 'maxmemory_policy:([%w-]+)') or '' }
end

function ops.drain()
  drainInbox()
  return redis.call('XLEN', INBOX)
end

return ops[OP](unpack(ARGV, 6))
`
