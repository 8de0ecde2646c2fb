-- Sends users to another server by the targets of one DFS-N folder: the new one online, the old one
-- offline, in this order, so that at each moment there is one. Undo goes the other way round.
local fields = { 'TargetPath', 'State' }

local function target(ctx, path)
  local all = ctx.powershell{ target = 'server', command = 'Get-DfsnFolderTarget',
    with = { Path = ctx.inputs.folder }, select = fields }
  for _, one in ipairs(all) do
    if one.TargetPath:lower() == path:lower() then return one.State end
  end
  error('the folder ' .. ctx.inputs.folder .. ' has no target ' .. path)
end

local function set(ctx, path, state)
  if target(ctx, path) ~= state then
    ctx.powershell{ target = 'server', command = 'Set-DfsnFolderTarget',
      with = { Path = ctx.inputs.folder, TargetPath = path, State = state } }
  end
end

return {
  about = 'Users of a DFS folder are sent to its new target',
  effect = 'reversible',
  inputs = {
    folder = { type = 'unc_path', required = true, doc = 'Path of the DFS folder' },
    old = { type = 'unc_path', required = true, doc = 'Target that users leave' },
    new = { type = 'unc_path', required = true, doc = 'Target that users go to' },
  },
  grants = { powershell = { 'server Get-DfsnFolderTarget', 'server Set-DfsnFolderTarget' } },
  check = function(ctx)
    local new, old = target(ctx, ctx.inputs.new), target(ctx, ctx.inputs.old)
    return { done = new == 'Online' and old == 'Offline',
      say = 'new target ' .. new .. ', old target ' .. old }
  end,
  plan = function(ctx)
    return { 'Set ' .. ctx.inputs.new .. ' online', 'Set ' .. ctx.inputs.old .. ' offline' }
  end,
  apply = function(ctx)
    set(ctx, ctx.inputs.new, 'Online')
    set(ctx, ctx.inputs.old, 'Offline')
  end,
  undo = function(ctx)
    set(ctx, ctx.inputs.old, 'Online')
    set(ctx, ctx.inputs.new, 'Offline')
  end,
}
