-- `__gc` and `__mode` refused at setmetatable, then set in the metatable that is there.
local meta = {}
local t = setmetatable({}, meta)
rawset(meta, '__gc', function() while true do end end)
rawset(meta, '__mode', 'k')
t = nil
local hog = {}
for i = 1, 200000 do hog[i % 10] = { i } end
return 'contained'
