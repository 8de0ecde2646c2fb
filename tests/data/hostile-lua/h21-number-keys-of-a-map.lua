return { [1] = 'a', [3] = 'b', x = 'c' }
