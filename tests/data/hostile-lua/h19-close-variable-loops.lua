-- A variable that is closed by an error, and loops there, under pcall, in a coroutine.
local meta = { x = 1 }
local ok, why = pcall(setmetatable, {}, { __close = function() while true do end end })
rawset(meta, '__close', function() while true do end end)
local t = setmetatable({}, meta)
pcall(function() local _ <close> = t error('x') end)
return ok and 'ESCAPED' or 'contained'
