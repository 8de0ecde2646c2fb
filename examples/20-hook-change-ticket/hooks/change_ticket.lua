-- Opens a change ticket once, keeps its number, and closes it as cancelled when the run goes back.
-- The far end finds our ticket by `ctx.key`, which is the same for every call of one visit.
local api = 'https://change.contoso.example/api/tickets'

local function find(ctx)
  local reply = ctx.http.get(api .. '?key=' .. ctx.key)
  if reply.status ~= 200 then
    error('the change system answers ' .. reply.status)
  end
  for _, ticket in ipairs(reply.json.tickets) do
    if ticket.state ~= 'cancelled' then return ticket end
  end
end

return {
  about = 'Opens a change ticket for this run',
  effect = 'reversible',
  inputs = {
    summary = { type = 'string', required = true, doc = 'First line of the ticket' },
  },
  outputs = {
    ticket = { type = 'string', doc = 'Number of the ticket' },
  },
  grants = {
    http = {
      'GET https://change.contoso.example/api/tickets?key=*',
      'POST https://change.contoso.example/api/tickets',
      'PATCH https://change.contoso.example/api/tickets/*',
    },
    secret = { 'change_token' },
  },

  check = function(ctx)
    local ticket = find(ctx)
    if not ticket then return false end
    return { done = true, outputs = { ticket = ticket.number } }
  end,

  plan = function(ctx)
    return 'Open a change ticket: ' .. ctx.inputs.summary
  end,

  apply = function(ctx)
    local reply = ctx.http.post(api, {
      headers = { Authorization = 'Bearer ' .. ctx.secret('change_token') },
      json = { key = ctx.key, summary = ctx.inputs.summary },
    })
    ctx.state.ticket = reply.json.number
    ctx.log('opened', reply.json.number)
  end,

  undo = function(ctx)
    local ticket = find(ctx)
    if not ticket then return end
    ctx.http.patch(api .. '/' .. ticket.number, {
      headers = { Authorization = 'Bearer ' .. ctx.secret('change_token') },
      json = { state = 'cancelled' },
    })
  end,
}
