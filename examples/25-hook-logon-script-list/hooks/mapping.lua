-- Changes one line of the list that logon scripts map drives from. The list is a small web service
-- with versions: a write names the version that it rests on, so nobody's change is overwritten.
local url = 'https://logon.contoso.example/mappings/'

local function read(ctx)
  local reply = ctx.http.get(url .. ctx.inputs.drive)
  if reply.status ~= 200 then
    error('the list has no drive ' .. ctx.inputs.drive .. ': ' .. reply.status)
  end
  return reply.json
end

local function write(ctx, row, path)
  ctx.http.put(url .. ctx.inputs.drive, {
    headers = { ['If-Match'] = row.version },
    json = { path = path },
  })
end

return {
  about = 'A drive of the logon scripts is mapped to another path',
  effect = 'reversible',
  inputs = {
    drive = { type = 'string', required = true, doc = 'Letter of the drive' },
    path = { type = 'unc_path', required = true, doc = 'Where it is mapped to' },
  },
  outputs = { was = { type = 'unc_path', doc = 'Where it was mapped to' } },
  grants = {
    http = { 'GET https://logon.contoso.example/mappings/*',
      'PUT https://logon.contoso.example/mappings/*' },
  },
  check = function(ctx)
    local row = read(ctx)
    return { done = row.path == ctx.inputs.path, say = 'mapped to ' .. row.path,
      outputs = { was = ctx.state.was or row.path } }
  end,
  plan = function(ctx) return 'Map ' .. ctx.inputs.drive .. ': to ' .. ctx.inputs.path end,
  apply = function(ctx)
    local row = read(ctx)
    if ctx.state.was == nil then ctx.state.was = row.path end
    write(ctx, row, ctx.inputs.path)
  end,
  undo = function(ctx)
    local row = read(ctx)
    if row.path ~= ctx.state.was then write(ctx, row, ctx.state.was) end
  end,
}
