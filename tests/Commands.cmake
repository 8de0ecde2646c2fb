# Tests that are commands rather than C programs. The name of a test is its path below tests/.
find_program(BATS bats)

# sw_command_test(NAME COMMAND...)
function(sw_command_test name)
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()

# sw_bats_test(NAME): runs tests/NAME.bats; without bats it counts as skipped, not as passed.
function(sw_bats_test name)
  if(BATS)
    sw_command_test(${name} ${BATS} ${CMAKE_CURRENT_SOURCE_DIR}/${name}.bats)
  else()
    sw_command_test(${name} sh -c "echo 'bats is not installed'; exit 77")
    set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77)
  endif()
endfunction()

sw_command_test(lint/must_not_compile ${CMAKE_CURRENT_SOURCE_DIR}/lint/must_not_compile/run)
sw_bats_test(lint/lints)
sw_bats_test(lint/powershell)
sw_bats_test(lint/csharp)

# What the program says and does, asked from outside: tests/cli/NAME.bats, tests/golden/CASE.
if(TARGET stepwise)
  add_dependencies(all_tests stepwise)
  file(GLOB bats_files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} cli/*.bats)
  foreach(file IN LISTS bats_files)
    string(REPLACE ".bats" "" name ${file})
    sw_bats_test(${name})
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "STEPWISE=$<TARGET_FILE:stepwise>")
  endforeach()
  # The tests that ship with the runbooks: every way is taken, and every path into a delete walked.
  sw_command_test(runbooks $<TARGET_FILE:stepwise> test runbooks -j 2 --min-coverage 100)
  sw_command_test(golden ${CMAKE_CURRENT_SOURCE_DIR}/golden/run $<TARGET_FILE:stepwise>)
  file(GLOB examples CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/examples/*/check)
  foreach(file IN LISTS examples)
    get_filename_component(name ${file} DIRECTORY)
    sw_command_test(${name} ${CMAKE_SOURCE_DIR}/${file} $<TARGET_FILE:stepwise>)
  endforeach()
endif()

find_program(SHELLCHECK shellcheck)
if(SHELLCHECK)
  sw_command_test(lint/shellcheck ${CMAKE_CURRENT_SOURCE_DIR}/lint/shellcheck)
endif()
