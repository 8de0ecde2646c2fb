-- Many values through wrap and resume, which check the stack by themselves.
local n = 0
local ok = pcall(function()
  local f = coroutine.wrap(function(...) while true do n = select('#', coroutine.yield(...)) end end)
  for _ = 1, 50 do f(table.unpack({}, 1, 200000)) end
end)
return 'contained'
