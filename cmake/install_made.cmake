# Runs at installation, for cmake/install.cmake: manual pages and shell completion, which the command
# writes itself.

string(RANDOM LENGTH 12 name)  # two may install at once
set(made "$ENV{TMPDIR}")
if(NOT made)
  set(made /tmp)
endif()
set(made "${made}/hoplab-install-${name}")
file(MAKE_DIRECTORY ${made})

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(${hoplab_command} help --man ${made})
file(GLOB pages ${made}/*.1)
run(gzip -9 -n ${pages})
file(GLOB pages ${made}/*.1.gz)
file(INSTALL ${pages} DESTINATION ${man_dir}/man1)

# Debian's zsh looks into a folder of its own for what packages bring.
set(zsh_dir zsh/site-functions)
if(CMAKE_INSTALL_PREFIX MATCHES "/usr$")
  set(zsh_dir zsh/vendor-completions)
endif()
foreach(place bash:bash-completion/completions/hoplab zsh:${zsh_dir}/_hoplab
              fish:fish/vendor_completions.d/hoplab.fish)
  string(REGEX MATCH "^([a-z]+):(.*)/([^/]+)$" found ${place})
  execute_process(COMMAND ${hoplab_command} completion ${CMAKE_MATCH_1} OUTPUT_FILE ${made}/${CMAKE_MATCH_3}
                  COMMAND_ERROR_IS_FATAL ANY)
  file(INSTALL ${made}/${CMAKE_MATCH_3} DESTINATION ${share_dir}/${CMAKE_MATCH_2})
endforeach()

file(REMOVE_RECURSE ${made})
