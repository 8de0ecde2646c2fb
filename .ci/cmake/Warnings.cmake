# Every warning is probed, so that either compiler takes its own.
include(CheckCCompilerFlag)

function(sw_add_warnings target)
  set(flags
    -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -Wcast-qual -Wcast-align
    -Wbad-function-cast -Wenum-conversion -Wfloat-equal -Wdouble-promotion -Wstrict-prototypes
    -Wmissing-prototypes -Wmissing-variable-declarations -Wold-style-definition -Wredundant-decls
    -Wnested-externs -Wshadow -Wundef -Wwrite-strings -Wimplicit-fallthrough -Wunreachable-code
    -Wcomma -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wnull-dereference -Wvla -Walloca
    -Wunused-macros -Wformat=2 -Wformat-signedness -Wno-missing-field-initializers
    -Werror=incompatible-pointer-types -Werror=implicit-function-declaration -fno-common)
  if(SW_WERROR)
    list(APPEND flags -Werror)
  endif()
  foreach(flag IN LISTS flags)
    string(MAKE_C_IDENTIFIER "SW_HAVE${flag}" have)
    # gcc accepts any unknown -Wno-x; probe the positive form.
    string(REPLACE "-Wno-" "-W" probe "${flag}")
    check_c_compiler_flag("${probe}" ${have})
    if(${have})
      target_compile_options(${target} INTERFACE ${flag})
    endif()
  endforeach()
endfunction()
