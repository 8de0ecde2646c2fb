-- A table that says it is longer than memory, and is never ordered.
local t = setmetatable({}, { __len = function() return 1 << 40 end, __index = function(_, i) return i end,
  __newindex = function() end })
local ok = pcall(table.sort, t)
return ok and 'ESCAPED' or 'contained'
