-- Nothing of the prelude's own names is in reach: not by the environment, the functions given, or
-- what they give back.
local bad = {}
for _, name in ipairs({ 'host', 'request', 'ask', 'say', 'finish', 'lock', 'compile', 'debug', 'io', 'os', 'load',
  'require', 'package', 'xpcall', 'collectgarbage', 'dofile', 'loadfile', 'loadstring', 'getfenv', 'setfenv', 'print' }) do
  if _G[name] ~= nil then bad[#bad + 1] = name end
end
for _, value in ipairs({ '', pairs, 1, true, coroutine.running() }) do
  if type(getmetatable(value)) == 'table' then bad[#bad + 1] = 'metatable of a ' .. type(value) end
end
local _, t = pairs({ 1 })
if getmetatable(t) ~= nil then bad[#bad + 1] = 'pairs' end
return #bad == 0 and 'contained' or 'ESCAPED ' .. table.concat(bad, ' ')
