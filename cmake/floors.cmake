# Floors of emulator/: object libraries that link only lower floors, gathered into one library.

set(HOPLAB_BOOST_DEFINITIONS BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)

# hoplab_floor(NAME LINKS floor-or-target... [PRIVATE_LIBRARIES lib...])
function(hoplab_floor name)
  cmake_parse_arguments(FLOOR "" "" "LINKS;PRIVATE_LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/emulator/${name}/*.cpp)
  add_library(hoplab_${name} OBJECT ${sources})
  # Alone: what it includes or defines first would be another thing behind other files.
  set_source_files_properties(
    ${CMAKE_SOURCE_DIR}/emulator/net/socket_readiness.cpp
    ${CMAKE_SOURCE_DIR}/emulator/pki/remembered_ec_keys.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_include_directories(hoplab_${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/emulator>)
  target_compile_definitions(hoplab_${name} PRIVATE ${HOPLAB_BOOST_DEFINITIONS})
  target_link_libraries(hoplab_${name} PRIVATE hoplab_flags ${FLOOR_PRIVATE_LIBRARIES})
  foreach(link ${FLOOR_LINKS})
    if(TARGET hoplab_${link})
      target_link_libraries(hoplab_${name} PUBLIC hoplab_${link})
    else()
      target_link_libraries(hoplab_${name} PUBLIC ${link})
    endif()
  endforeach()
endfunction()

# hoplab_page_files(NAME): page/ of that floor goes into the binary.
function(hoplab_page_files name)
  set(folder ${CMAKE_SOURCE_DIR}/emulator/${name}/page)
  set(made ${CMAKE_BINARY_DIR}/page_files.cpp)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*)
  add_custom_command(OUTPUT ${made} DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/page_files.cmake
                     COMMAND ${CMAKE_COMMAND} -Dfolder=${folder} -Dout=${made}
                             -P ${CMAKE_SOURCE_DIR}/cmake/page_files.cmake)
  target_sources(hoplab_${name} PRIVATE ${made})
endfunction()

# hoplab_library(NAME floor...): hoplab::NAME, one static library of all floors.
function(hoplab_library name)
  set(objects)
  foreach(floor ${ARGN})
    list(APPEND objects $<TARGET_OBJECTS:hoplab_${floor}>)
  endforeach()
  add_library(hoplab_${name} STATIC ${objects})
  add_library(hoplab::${name} ALIAS hoplab_${name})
  set_target_properties(hoplab_${name} PROPERTIES EXPORT_NAME ${name} OUTPUT_NAME hoplab)
  target_include_directories(hoplab_${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/emulator> $<INSTALL_INTERFACE:include/hoplab>)
  target_link_libraries(hoplab_${name} PUBLIC OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB Threads::Threads
                        $<BUILD_INTERFACE:${NGHTTP2_LIBRARY}> $<INSTALL_INTERFACE:nghttp2>
                        $<BUILD_INTERFACE:hoplab_re2> $<INSTALL_INTERFACE:re2>
                        $<BUILD_INTERFACE:${YAML_LIBRARY}> $<INSTALL_INTERFACE:yaml-cpp>)
  target_link_libraries(hoplab_${name} PRIVATE $<BUILD_INTERFACE:hoplab_flags>)
endfunction()

# hoplab_executable(TARGET FOLDER): a command from emulator/FOLDER.
function(hoplab_executable target folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/emulator/${folder}/*.cpp)
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE hoplab_flags)
  target_compile_definitions(${target} PRIVATE HOPLAB_VERSION="${PROJECT_VERSION}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT HOPLAB_SANITIZE)
    # One library less to load and relocate at each start, and only the parts of it that are used;
    # at a fixed address, nothing of the command itself is relocated: 38,000 words on 217 pages.
    target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc -Wl,--gc-sections -no-pie)
  endif()
endfunction()
