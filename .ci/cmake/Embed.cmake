# Turn text files into one C source: a table {name, text} named SYMBOL, ended by a NULL name.
# The name of a file is PACK/BASENAME without its ending ("filesync/block-access").
function(sw_embed ret_sources symbol)
  set(out ${CMAKE_BINARY_DIR}/embedded/${symbol}.c)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DSYMBOL=${symbol} "-DFILES=${ARGN}"
            -P ${CMAKE_SOURCE_DIR}/.ci/cmake/EmbedRun.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/.ci/cmake/EmbedRun.cmake
    VERBATIM)
  set(${ret_sources} ${out} PARENT_SCOPE)
endfunction()
