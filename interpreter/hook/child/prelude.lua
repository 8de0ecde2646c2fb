-- What stands between a hook and the engine: its names, its context, its answer. It runs in the
-- state of the hook before it; the process, not this file, is what keeps a hook in.
local host, request = ...
local env = _ENV
local encode, decode, say, fail, rawnext, lock, null =
  host.encode, host.decode, host.say, host.fail, host.next, host.lock, host.null
local error, pcall, rawget, rawset, type, tostring, getmetatable, setmetatable, select =
  error, pcall, rawget, rawset, type, tostring, getmetatable, setmetatable, select
local sort, concat, format, tointeger = table.sort, table.concat, string.format, math.tointeger
local match, byte, cut = string.match, string.byte, string.sub

math.randomseed(request.seed or 0, 0)
math.randomseed = nil

---- order: the same in every process

local rank = { number = 1, string = 2, boolean = 3 }

local function before(a, b)
  local ta, tb = type(a), type(b)
  if ta ~= tb then return rank[ta] < rank[tb] end
  if ta == 'boolean' then return not a and b end
  return a < b
end

local function ordered(t, what)
  local keys, n = {}, 0
  for k in rawnext, t do
    if not rank[type(k)] then
      fail(what .. ': a key that is a ' .. type(k) .. ' has no order that is the same in every run')
    end
    n = n + 1
    keys[n] = k
  end
  sort(keys, before)
  return keys, n
end

local function shown(t) -- the table behind a read-only view
  return t
end

function env.pairs(t)
  local meta = getmetatable(t)
  if type(meta) == 'table' and meta.__pairs then
    return meta.__pairs(t)
  end
  if type(t) ~= 'table' then fail('pairs: this is a ' .. type(t) .. ', not a table') end
  t = shown(t)
  local keys, n = ordered(t, 'pairs')
  local i = 0
  return function(_, _)
    while i < n do
      i = i + 1
      local value = t[keys[i]]
      if value ~= nil then return keys[i], value end
    end
  end, t, nil
end

-- Lua's own sort asks a clock for its pivot when a part is lopsided, and then ties fall by chance.
-- This one merges: ties stay as they are, and each comparison is counted.
local function less(a, b) return a < b end

function table.sort(t, by)
  if type(t) ~= 'table' then fail('table.sort: this is a ' .. type(t) .. ', not a table') end
  if by ~= nil and type(by) ~= 'function' then fail('table.sort: the order is a function') end
  by = by or less
  local n, from, to, width = #t, {}, {}, 1
  for i = 1, n do from[i] = t[i] end
  while width < n do
    for low = 1, n, 2 * width do
      local left, middle = low, low + width
      local right, high = middle, low + 2 * width
      if middle > n + 1 then middle, right = n + 1, n + 1 end
      if high > n + 1 then high = n + 1 end
      for at = low, high - 1 do
        if left < middle and (right >= high or not by(from[right], from[left])) then
          to[at], left = from[left], left + 1
        else
          to[at], right = from[right], right + 1
        end
      end
    end
    from, to, width = to, from, 2 * width
  end
  for i = 1, n do t[i] = from[i] end
end

function env.next(t, key)
  if type(t) ~= 'table' then fail('next: this is a ' .. type(t) .. ', not a table') end
  t = shown(t)
  local best
  for k in rawnext, t do
    if not rank[type(k)] then ordered(t, 'next') end
    if (key == nil or before(key, k)) and (best == nil or before(k, best)) then best = k end
  end
  if best == nil then return nil end
  return best, rawget(t, best)
end

---- what the engine knows, to be read only

local views = {}

local view
local function reveal(owner, key, value)
  if type(value) ~= 'table' then return value end
  local why = rawget(value, '$unknown')
  if why ~= nil then
    fail(owner .. '.' .. tostring(key) .. ' is not known: ' .. tostring(why))
  end
  return view(owner .. '.' .. tostring(key), value)
end

function view(name, inner)
  local outer = {}
  local is_list = rawget(inner, 1) ~= nil
  local meta = { view_of = inner, __metatable = false }
  function meta.__index(_, key)
    local value = rawget(inner, key)
    if value == nil and not is_list then
      fail(name .. ' has no ' .. tostring(key) .. '; ctx.known(...) tells whether it has')
    end
    return reveal(name, key, value)
  end
  function meta.__newindex() fail(name .. ' can only be read') end
  function meta.__len() return #inner end
  views[outer] = inner
  return lock(outer, meta)
end

local function unveiled(t)
  local inner = views[t]
  if not inner then return t end
  local copy = {}
  for k, v in rawnext, inner do
    if type(v) == 'table' and rawget(v, '$unknown') == nil then v = view(tostring(k), v) end
    copy[k] = v
  end
  return copy
end
shown = unveiled

local plain_ipairs = env.ipairs
function env.ipairs(t) return plain_ipairs(t) end

---- asking: the answers so far are known; what is not yet known ends this process with the question

local phase = request.phase
local may_write = phase == 'apply' or phase == 'undo'
local answers = request.answers or {}
local asked = 0
local log = {}
local state = request.state or {}

local function finish(outcome, body)
  body.log = #log > 0 and log or nil
  body.state = may_write and rawnext(state) ~= nil and state or nil
  return say(outcome, body)
end

local function ask(channel, what, writes)
  if writes and not may_write then
    fail(format('%s: `%s` can only read; a change belongs into `apply`', channel, phase))
  end
  asked = asked + 1
  local text = encode({ channel = channel, what = what, writes = writes or false })
  local known = answers[asked]
  if known == nil then
    finish('asks', { number = asked, request = decode(text), text = text })
  end
  if known.text ~= text then
    fail(format('request %d is not the one that was answered before: the same inputs must lead ' ..
      'to the same requests (before: %s; now: %s)', asked, known.text, text))
  end
  if known.failed then
    return nil, known.failed
  end
  return known.answer or {}
end

local longest_ms = 3600000

local function duration_ms(value)
  local ms
  if type(value) == 'number' then
    ms = tointeger(value * 1000 // 1)
  else
    local number, unit = match(tostring(value), '^(%d+)(%a+)$')
    local units = { ms = 1, s = 1000, m = 60000, h = 3600000 }
    ms = number and units[unit] and #number < 10 and tointeger(number) * units[unit]
  end
  if not ms or ms < 0 then fail("ctx.sleep: say it in seconds, or as '30s', '5m', '1h'") end
  if ms > longest_ms then fail('ctx.sleep: an hour at most; for more, use a step `wait`') end
  return ms
end

local ctx = {
  phase = phase,
  key = request.key,
  file = request.file,
  json = { encode = encode, decode = decode, null = null },
}
for _, name in plain_ipairs({ 'params', 'facts', 'steps', 'inputs', 'subject', 'before' }) do
  ctx[name] = view('ctx.' .. name, request[name] or {})
end
if may_write then
  ctx.state = state
else
  ctx.state = setmetatable({}, {
    __index = state,
    __newindex = function() fail('ctx.state can only be set in apply and undo') end,
    __pairs = function() return env.pairs(state) end,
    view_of = state,
  })
end

function ctx.known(t, key)
  local inner = views[t] or t
  local value = rawget(inner, key)
  return value ~= nil and not (type(value) == 'table' and rawget(value, '$unknown') ~= nil)
end

function ctx.log(...)
  local parts = {}
  for i = 1, select('#', ...) do parts[i] = tostring((select(i, ...))) end
  if #log >= 50 then fail('ctx.log: more than 50 lines in one call') end
  local line = concat(parts, ' ')
  if #line > 500 then -- not within a letter
    local last = 500
    while last > 497 and byte(line, last + 1) & 0xc0 == 0x80 do last = last - 1 end
    line = cut(line, 1, last)
  end
  log[#log + 1] = line
end

function ctx.sleep(time)
  if not may_write then
    fail(format('ctx.sleep: `%s` does not wait; say in `check` that it is not done yet', phase))
  end
  ask('sleep', { ms = duration_ms(time) }, false)
end

function ctx.secret(name)
  if type(name) ~= 'string' or not match(name, '^[a-z][a-z0-9_]*$') then
    fail("ctx.secret: give its name, such as 'webhook_token'")
  end
  return '{{secret:' .. name .. '}}'
end

---- helpers of the vocabulary: they see the context and may ask

for _, helper in plain_ipairs(request.helpers or {}) do
  host.compile(helper.text, '=(stepwise ' .. helper.name .. ')', env)(ctx, ask, fail)
end

---- the call

local chunk = host.compile(request.source, '@' .. request.file, env)

if phase == 'chunk' then -- tests: what one chunk of text gives back
  local result = chunk()
  if result == nil then error('the chunk gave nothing back', 0) end
  say('ok', { result = result })
end

local hook = chunk()
if type(hook) ~= 'table' then
  error(request.file .. ':1: a hook file gives back a table: return { about = ..., check = ... }', 0)
end

local phases = { check = true, plan = true, apply = true, undo = true }
local declared = { about = true, inputs = true, outputs = true, effect = true, grants = true,
  yields = true }

if phase == 'describe' then
  local result = { has = {} }
  for key, value in rawnext, hook do
    if phases[key] then
      if type(value) ~= 'function' then
        error(format('%s:1: `%s` is a function', request.file, key), 0)
      end
      result.has[key] = true
    elseif declared[key] then
      result[key] = value
    else
      error(format('%s:1: a hook file has no `%s`', request.file, tostring(key)), 0)
    end
  end
  say('ok', result)
end

local fn = rawget(hook, phase)
if type(fn) ~= 'function' then
  error(format('%s:1: there is no function `%s`', request.file, phase), 0)
end

local result = fn(ctx)

if phase == 'check' then
  -- A guard that gives back nothing, 0 or 'false' has said nothing.
  if type(result) == 'boolean' then result = { done = result } end
  local said = type(result) == 'table' and
    (type(rawget(result, 'done')) == 'boolean' or type(rawget(result, 'blocked')) == 'string' or
      type(rawget(result, 'unclear')) == 'string')
  if not said then
    error(format("%s:1: `check` gives back true, false, or a table with `done` (true or false), " ..
      '`blocked` or `unclear` (a sentence); this was %s', request.file,
      type(result) == 'table' and 'a table without them' or type(result)), 0)
  end
  finish('ok', { result = { done = rawget(result, 'done'), blocked = rawget(result, 'blocked'),
    unclear = rawget(result, 'unclear'), say = rawget(result, 'say'),
    outputs = rawget(result, 'outputs'), reading = rawget(result, 'reading') } })
end

if phase == 'plan' then
  if type(result) == 'string' then result = { result } end
  if type(result) ~= 'table' then
    error(request.file .. ':1: `plan` gives back a sentence, or a list of them', 0)
  end
  for i = 1, #result do
    if type(rawget(result, i)) ~= 'string' then
      error(request.file .. ':1: `plan` gives back a sentence, or a list of them', 0)
    end
  end
end

finish('ok', { result = result })
