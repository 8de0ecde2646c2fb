-- The chunk itself is no coroutine; a yield in a comparator, a metamethod or an iterator is none.
local ok = pcall(coroutine.yield, 1)
local sorted = coroutine.wrap(function()
  return pcall(table.sort, { 3, 2, 1 }, function(a, b) coroutine.yield() return a < b end)
end)
sorted()
return ok and 'ESCAPED' or 'contained'
