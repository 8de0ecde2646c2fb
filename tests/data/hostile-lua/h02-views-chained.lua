-- 200,000 views, each of the next.
local t = {}
for _ = 1, 200000 do t = setmetatable({}, { view_of = t }) end
return t
