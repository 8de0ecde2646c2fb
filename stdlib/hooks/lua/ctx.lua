-- What hooks ask the world with. The engine judges every request again by itself: what stands here
-- only makes the words pleasant and the errors early.
local ctx, ask, fail = ...

local reads = { GET = true, HEAD = true }

local http = {}

local function request(r, method)
  if type(r) == 'string' then r = { url = r } end
  if type(r) ~= 'table' then fail('ctx.http: give a table with `url`') end
  local what = { method = method or r.method or 'GET', url = r.url, headers = r.headers,
    json = r.json, body = r.body }
  return ask('http', what, not reads[what.method])
end

for _, method in ipairs({ 'GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'PATCH' }) do
  http[method:lower()] = function(r, more)
    if type(r) == 'string' then
      local copy = { url = r }
      for k, v in pairs(more or {}) do copy[k] = v end
      r = copy
    end
    return request(r, method)
  end
end
ctx.http = setmetatable(http, { __call = function(_, r) return request(r) end, __metatable = false })

function ctx.dns(name, kind)
  return ask('dns', { name = name, type = kind or 'A' }, false).answers
end

local looks = { Get = true, Test = true, Resolve = true, Measure = true, Find = true, Search = true }

function ctx.powershell(r)
  if type(r) ~= 'table' or type(r.command) ~= 'string' then
    fail("ctx.powershell: give { target = 'server', command = 'Get-Thing', with = { Name = 'x' } }")
  end
  local verb = r.command:match('^(%a+)-')
  local what = { target = r.target, command = r.command, with = r.with, select = r.select }
  return ask('powershell', what, not looks[verb]).items or {}
end
