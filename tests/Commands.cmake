# Tests that are commands rather than C programs. The name of a test is its path below tests/.
find_program(BATS bats)

# sw_command_test(NAME COMMAND...)
function(sw_command_test name)
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
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
