-- A check that ends at the first NUL lets %p pass behind it.
local ok, text = pcall(string.format, 'a\0%p', 'x')
return ok and 'NONDET ' .. text:gsub('%z', '') or 'contained'
