return tostring((('a'):rep(100000)):find(('a?'):rep(60) .. ('.-'):rep(30) .. 'b'))
