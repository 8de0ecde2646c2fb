-- A key that the engine reads as a mark of its own.
return { ['$unknown'] = 'so', ['$secret'] = true }
