local f
f = coroutine.wrap(function() return f() end)
local ok = pcall(f)
local again = pcall(f)
local g = coroutine.wrap(function() error({}) end)
pcall(g)
local dead = pcall(g)
local main = coroutine.running()
local co = coroutine.create(function() return coroutine.resume(main) end)
local _, resumed = coroutine.resume(co)
return (ok or again or dead or resumed) and 'ESCAPED' or 'contained'
