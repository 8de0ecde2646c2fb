local ok = pcall(setmetatable, '', { __index = _G })
local changed = pcall(function() getmetatable('').__index = _G end)
return (ok or changed) and 'ESCAPED' or 'contained'
