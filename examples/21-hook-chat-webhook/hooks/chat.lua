-- Posts one message to a chat's webhook. What was said cannot be unsaid, but it harms nothing:
-- so it is reversible, and its undo posts that it no longer holds.
local url = 'https://chat.contoso.example/hooks/storage'

local function post(ctx, text)
  ctx.http.post(url, {
    headers = { Authorization = 'Bearer ' .. ctx.secret('chat_token') },
    json = { id = ctx.key .. '-' .. ctx.phase, text = text }, -- the chat drops a second one of an id
  })
end

return {
  about = 'Posts a message to the chat of the storage team',
  effect = 'reversible',
  inputs = { text = { type = 'string', required = true, doc = 'The message' } },
  grants = {
    http = { 'POST https://chat.contoso.example/hooks/storage' },
    secret = { 'chat_token' },
  },
  -- A webhook cannot be read. What we know is what we have sent: the state is in the journal.
  check = function(ctx) return ctx.state.posted == true end,
  plan = function(ctx) return 'Post: ' .. ctx.inputs.text end,
  apply = function(ctx)
    post(ctx, ctx.inputs.text)
    ctx.state.posted = true
  end,
  undo = function(ctx)
    if ctx.state.withdrawn then return end
    post(ctx, 'No longer so: ' .. ctx.inputs.text)
    ctx.state.withdrawn = true
  end,
}
