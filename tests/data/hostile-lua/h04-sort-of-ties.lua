-- Lua's own sort takes its pivot from the clock when a part is lopsided. This comparator makes every
-- part lopsided, and what it was asked then differs from process to process.
-- After McIlroy, "A Killer Adversary for Quicksort", 1999.
local n, solid, candidate = 3000, 0, 0
local gas, value, t = n + 1, {}, {}
for i = 1, n do t[i], value[i] = i, gas end
table.sort(t, function(a, b)
  if value[a] == gas and value[b] == gas then
    local hard = a == candidate and a or b
    value[hard], solid = solid, solid + 1
  end
  if value[a] == gas then candidate = a elseif value[b] == gas then candidate = b end
  return value[a] < value[b]
end)
local sum = solid
for i = 1, n do sum = (sum * 31 + t[i] + value[i]) % 1000000007 end
return 'NONDET ' .. sum
