// The transitions of the Redis store. Each is one script, so that nothing comes between its parts: MULTI cannot say "only if".
// KEYS of all but those of lists: the PID, the session, the tombstone, the index.
// A tombstone is `<token>` while the end goes on, `<token> <result>` after it, and `*` for whoever comes.
// An app may have put a value of another type in the place of the hash. It stays, and is no reason to fail for what the app did not touch.

/** ARGV: id, token, ttl, then the fields of the hash. */
const put = `
local tombstone = redis.call('GET', KEYS[3])
if tombstone then
  local token = string.match(tombstone, '^%S+')
  if token == '*' or token == ARGV[2] then return 'ending' end
end
local known = redis.pcall('HGET', KEYS[2], 'token')
local pid, host
for at = 4, #ARGV, 2 do
  if ARGV[at] == 'agentPid' then pid = ARGV[at + 1] end
  if ARGV[at] == 'host' then host = ARGV[at + 1] end
end
if type(known) == 'table' then
  if redis.call('GET', KEYS[1]) ~= pid then return known end
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return 'stored'
end
if known and known ~= ARGV[2] then return 'taken' end
redis.call('DEL', KEYS[3])
redis.call('SET', KEYS[1], pid, 'PX', ARGV[3])
redis.call('HSET', KEYS[2], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[2], ARGV[3])
redis.call('HSET', KEYS[4], ARGV[1], host)
return 'stored'`;

/** ARGV: token or '', ms of the mark, ms of a mark for whoever comes. Returns the hash. */
const ending = `
local known = redis.pcall('HGET', KEYS[2], 'token')
local isForeign = type(known) == 'table'
if isForeign then known = false end
if known and (ARGV[1] == '' or ARGV[1] == known) then
  redis.call('SET', KEYS[3], known, 'PX', ARGV[2])
  redis.call('HSET', KEYS[2], 'state', 'ending')
elseif not known and ARGV[1] ~= '' then
  redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
elseif not known then
  redis.call('SET', KEYS[3], '*', 'PX', ARGV[3])
end
return isForeign and {} or redis.call('HGETALL', KEYS[2])`;

/** ARGV: id, token, result, ms of the result. */
const remove = `
local known = redis.pcall('HGET', KEYS[2], 'token')
if type(known) ~= 'table' then
  if known and known ~= ARGV[2] then return 0 end
  redis.call('DEL', KEYS[2])
end
redis.call('DEL', KEYS[1])
redis.call('HDEL', KEYS[4], ARGV[1])
redis.call('SET', KEYS[3], ARGV[2] .. ' ' .. ARGV[3], 'PX', ARGV[4])
return 1`;

/**
 * KEYS: the index, and the first part of the keys of sessions: the client may put a prefix of its own before both. ARGV: host or '', state
 * to set or ''. Returns ids and hashes in turn.
 */
const list = `
local found = {}
local index = redis.call('HGETALL', KEYS[1])
for at = 1, #index, 2 do
  local session = KEYS[2] .. index[at]
  if redis.pcall('HEXISTS', session, 'token') ~= 1 then
    redis.call('HDEL', KEYS[1], index[at])
  elseif ARGV[1] == '' or ARGV[1] == index[at + 1] then
    if ARGV[2] ~= '' then redis.call('HSET', session, 'state', ARGV[2]) end
    found[#found + 1] = index[at]
    found[#found + 1] = redis.call('HGETALL', session)
  end
end
return found`;

export const scripts = { put, ending, remove, list } as const;
