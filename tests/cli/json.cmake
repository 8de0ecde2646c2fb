# cmake -DFILE=x.json -DKEY=member -P json.cmake: fails unless FILE is JSON and has the member.
file(READ ${FILE} text)
string(JSON kind ERROR_VARIABLE error TYPE "${text}" ${KEY})
if(NOT error STREQUAL "NOTFOUND")
  message(FATAL_ERROR "${FILE}: ${error}")
endif()
