-- A guard: does a legal hold lie on the data? Only a clear "no" lets the run go on. An answer that
-- is missing, or that is no answer, is neither: then the run stands still until a person looked.
return {
  about = 'No legal hold lies on the data',
  effect = 'read',
  inputs = { share = { type = 'string', required = true, doc = 'Name of the share' } },
  outputs = { matters = { type = 'list', of = 'string', doc = 'Matters that hold the data' } },
  grants = { http = { 'GET https://legal.contoso.example/holds?share=*' } },
  check = function(ctx)
    local reply = ctx.http.get('https://legal.contoso.example/holds?share=' .. ctx.inputs.share)
    if reply.status ~= 200 or type(reply.json) ~= 'table' or type(reply.json.holds) ~= 'table' then
      return { unclear = 'the legal department gives no list of holds for ' .. ctx.inputs.share }
    end
    local matters = {}
    for i, hold in ipairs(reply.json.holds) do matters[i] = hold.matter end
    if #matters > 0 then
      return { done = false, say = 'a legal hold lies on it: ' .. table.concat(matters, ', ') }
    end
    return { done = true }
  end,
}
