-- A metatable that names the table as its own inner view: an encoder without a bound runs for ever.
local meta = {}
local t = setmetatable({}, meta)
meta.view_of = t
return t
