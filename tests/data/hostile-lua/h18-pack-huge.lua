local ok = pcall(string.pack, '!16 i16 s8 z', 1, 'x', 'y')
local far = pcall(string.unpack, 's8', ('\255'):rep(8))
local size = pcall(string.packsize, ('c2147483647'):rep(3))
return (far or size) and 'ESCAPED' or ok and 'contained' or 'error'
