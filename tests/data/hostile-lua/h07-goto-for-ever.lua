local n = 0
::again::
local keep = function() n = n + 1 return n end
keep()
goto again
