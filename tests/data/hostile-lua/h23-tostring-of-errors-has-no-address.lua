local texts = {}
local function keep(...) texts[#texts + 1] = tostring((select(2, pcall(...)))) end
keep(string.rep, {})
keep(table.concat, { {} })
keep(function() return {} < {} end)
keep(function() return {} .. 'x' end)
keep(string.format, '%d', 'x')
keep(string.format, '%s', setmetatable({}, { __name = 'n' }))
keep(string.format, '%q', {})
keep(coroutine.resume, coroutine.create(function() error(coroutine.running()) end))
keep(error, print)
keep(math.floor, {})
texts[#texts + 1] = tostring(coroutine.create(function() end)) .. tostring(pairs)
local all = table.concat(texts, ';')
return all:find('0x') and 'NONDET ' .. all or 'contained'
