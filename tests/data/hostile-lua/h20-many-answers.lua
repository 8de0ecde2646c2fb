-- Just over what it may give back.
local list = {}
for i = 1, 700 do list[i] = ('x'):rep(100) end
return list
