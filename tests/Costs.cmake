# Tests that take long begin first, so that none of them is left for the end with a processor idle.
# Seconds in the build with the sanitizers, about; those that mostly sleep are among them.
foreach(pair IN ITEMS rehearsal/worlds:110 cli/site-tls:160 cli/schema:100 rehearsal/seeds:90 cli/ssh:90
        cli/site:120 cli/run:80 cli/signals:75 golden:70 runbooks:70 cli/site-more:60 cli/test:50
        crash/scenario_2:50 cli/fmt:40 crash/scenario_1:35 cli/lint_many:30 cli/lint:30
        rehearsal/scenario_2:30 unit/hook/hostile:28 rehearsal/seeds_2:25 cli/kill:20)
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 name)
  list(GET pair 1 seconds)
  if(TEST ${name})
    set_tests_properties(${name} PROPERTIES COST ${seconds})
  endif()
endforeach()
