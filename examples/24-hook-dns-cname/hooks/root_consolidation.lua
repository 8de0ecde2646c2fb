-- Takes over the name of an old file server: a DFS root of the name #OLD first, then the alias in
-- the DNS. In this order: while the alias still leads to the old server, a root nobody asks for
-- harms nothing. Undo goes the other way round.
-- DFS root consolidation must be on at the namespace server (ServerConsolidationRetry); the hook
-- does not turn it on.
local function alias(ctx)
  local rows = ctx.powershell{ target = 'server', command = 'Get-DnsServerResourceRecord',
    with = { ZoneName = ctx.inputs.zone, RRType = 'CName' }, select = { 'HostName', 'Alias' } }
  for _, row in ipairs(rows) do
    if row.HostName:lower() == ctx.inputs.name:lower() then return row.Alias end
  end
end

local function has_root(ctx)
  local rows = ctx.powershell{ target = 'server', command = 'Get-DfsnRoot',
    with = { Path = ctx.inputs.root }, select = { 'Path', 'State' } }
  return #rows > 0
end

local function point(ctx, to)
  ctx.powershell{ target = 'server', command = 'Set-StepwiseDnsAlias',
    with = { ZoneName = ctx.inputs.zone, Name = ctx.inputs.name, Alias = to } }
end

return {
  about = 'The name of the old server leads to a DFS root',
  effect = 'reversible',
  inputs = {
    zone = { type = 'string', required = true, doc = 'DNS zone' },
    name = { type = 'string', required = true, doc = 'Name of the old server in it' },
    to = { type = 'host', required = true, doc = 'Namespace server that takes the name over' },
    root = { type = 'unc_path', required = true, doc = 'DFS root, such as \\\\NS01\\#FS01' },
  },
  grants = {
    powershell = { 'server Get-DnsServerResourceRecord', 'server Get-DfsnRoot',
      'server New-DfsnRoot', 'server Remove-DfsnRoot', 'server Set-StepwiseDnsAlias' },
    dns = { 'CNAME *.contoso.example' },
  },
  check = function(ctx)
    local now = alias(ctx)
    local seen = ctx.dns(ctx.inputs.name .. '.' .. ctx.inputs.zone, 'CNAME')[1]
    return {
      done = has_root(ctx) and now == ctx.inputs.to and seen == ctx.inputs.to,
      say = 'alias ' .. tostring(now) .. ', resolved as ' .. tostring(seen),
      outputs = { was = ctx.state.was or now },
    }
  end,
  outputs = { was = { type = 'string', doc = 'What the alias was' } },
  plan = function(ctx)
    return { 'Make the DFS root ' .. ctx.inputs.root,
      'Point ' .. ctx.inputs.name .. '.' .. ctx.inputs.zone .. ' at ' .. ctx.inputs.to }
  end,
  apply = function(ctx)
    if ctx.state.was == nil then ctx.state.was = alias(ctx) or error('there is no such alias') end
    if not has_root(ctx) then
      ctx.powershell{ target = 'server', command = 'New-DfsnRoot',
        with = { Path = ctx.inputs.root, TargetPath = ctx.inputs.root, Type = 'Standalone' } }
    end
    if alias(ctx) ~= ctx.inputs.to then point(ctx, ctx.inputs.to) end
  end,
  undo = function(ctx)
    if alias(ctx) ~= ctx.state.was then point(ctx, ctx.state.was) end
    if has_root(ctx) then
      ctx.powershell{ target = 'server', command = 'Remove-DfsnRoot',
        with = { Path = ctx.inputs.root, Force = true } }
    end
  end,
}
