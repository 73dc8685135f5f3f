# approxcc_generate(TARGET t FUNCTION f [options]): has approxcc find a program for a function while t is built, and puts it into t: the
# code as an object file, and its header where t's sources find it by #include "SYMBOL.h".
#
#   TARGET t          a target of this project that is built from sources
#   FUNCTION f        a name (expf, tanh) or an expression ("log(1+exp(x))")
#   SYMBOL s          what it is called in C; default: approx_ and the name. Needed for an expression. The array function is s_array.
#   PROCESSOR p       a row of approxcc --print-targets; default: x86-64 or aarch64, which every such machine runs
#   TYPE DOMAIN MAX_ERROR MINIMIZE SPECIALS BUDGET SEED STORE   as approxcc synth --help has them; DOMAIN may be a list
#   FRESH             search, whatever is known
#
# The search runs once, and again when an option changes. It looks at what approxcc knows and keeps what it finds in the user's store,
# so that another build of the same function takes no time.

function(approxcc_generate)
  set(words TYPE MAX_ERROR MINIMIZE SPECIALS BUDGET SEED STORE)
  cmake_parse_arguments(PARSE_ARGV 0 ask "FRESH" "TARGET;FUNCTION;SYMBOL;PROCESSOR;${words}" "DOMAIN")
  if(ask_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "approxcc_generate: unknown argument '${ask_UNPARSED_ARGUMENTS}'")
  endif()
  foreach(needed TARGET FUNCTION)
    if(NOT ask_${needed})
      message(FATAL_ERROR "approxcc_generate needs ${needed}")
    endif()
  endforeach()
  if(NOT TARGET ${ask_TARGET})
    message(FATAL_ERROR "approxcc_generate: there is no target '${ask_TARGET}'")
  endif()
  if(NOT ask_SYMBOL)
    if(NOT ask_FUNCTION MATCHES "^[A-Za-z_][A-Za-z_0-9]*$")
      message(FATAL_ERROR "approxcc_generate: the expression '${ask_FUNCTION}' needs a SYMBOL to be called by")
    endif()
    set(ask_SYMBOL approx_${ask_FUNCTION})
  endif()
  if(NOT ask_PROCESSOR)
    set(ask_PROCESSOR x86-64)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
      set(ask_PROCESSOR aarch64)
    endif()
  endif()

  set(options --target ${ask_PROCESSOR} --symbol ${ask_SYMBOL} --progress none)
  foreach(word ${words})
    if(ask_${word})
      string(TOLOWER ${word} option)
      string(REPLACE _ - option ${option})
      list(APPEND options --${option} ${ask_${word}})
    endif()
  endforeach()
  foreach(domain ${ask_DOMAIN})
    list(APPEND options --domain ${domain})
  endforeach()
  if(ask_FRESH)
    list(APPEND options --fresh)
  endif()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/approxcc/${ask_TARGET})
  file(MAKE_DIRECTORY ${folder})
  set(stem ${folder}/${ask_SYMBOL})
  add_custom_command(OUTPUT ${stem}.o ${stem}.h ${stem}.approx
    COMMAND approxcc::approxcc synth ${ask_FUNCTION} ${options} -o ${stem}.o -o ${stem}.h -o ${stem}.approx
    DEPENDS approxcc::approxcc COMMENT "approxcc ${ask_FUNCTION} as ${ask_SYMBOL}" VERBATIM)
  set_source_files_properties(${stem}.o PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  target_sources(${ask_TARGET} PRIVATE ${stem}.o ${stem}.h)
  target_include_directories(${ask_TARGET} PRIVATE ${folder})
endfunction()
