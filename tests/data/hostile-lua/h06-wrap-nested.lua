-- A wrap within a wrap within a wrap: the C stack.
local depth = 0
local function down()
  depth = depth + 1
  return coroutine.wrap(down)()
end
local ok = pcall(down)
return not ok and depth < 1000 and 'contained' or 'ESCAPED'
