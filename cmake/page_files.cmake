# Makes page_files.cpp of the files of the page: cmake -Dfolder=... -Dout=... -P page_files.cmake
# A raw string holds at most 64 KB where a compiler keeps to the standard, so that long files are
# several, one behind the other.

function(type_of path type)
  set(found text/plain)
  if(path MATCHES "[.]html$")
    set(found text/html)
  elseif(path MATCHES "[.]css$")
    set(found text/css)
  elseif(path MATCHES "[.]js$")
    set(found text/javascript)
  elseif(path MATCHES "[.]svg$")
    set(found image/svg+xml)
  endif()
  set(${type} ${found} PARENT_SCOPE)
endfunction()

set(rows)
file(GLOB files ${folder}/*.html ${folder}/*.css ${folder}/*.js ${folder}/*.svg)
foreach(file ${files})
  get_filename_component(name ${file} NAME)
  type_of(${name} type)
  set(path /${name})
  if(name STREQUAL "index.html")
    set(path /)
  endif()
  file(READ ${file} text)
  set(parts)
  while(NOT text STREQUAL "")
    string(SUBSTRING "${text}" 0 8000 part)
    string(FIND "${part}" "\n" end REVERSE)  # of a line, so that no letter of several bytes is cut
    if(end EQUAL -1)
      message(FATAL_ERROR "${file}: its last line has no end, or one has more than 8000 letters")
    endif()
    math(EXPR end "${end} + 1")
    string(SUBSTRING "${text}" 0 ${end} part)
    string(SUBSTRING "${text}" ${end} -1 text)
    string(APPEND parts "R\"hoplab~(${part})hoplab~\"\n")
  endwhile()
  string(APPEND rows "    {\"${path}\", \"${type}; charset=utf-8\",\n${parts}},\n")
endforeach()
file(WRITE ${out} "#include \"web/page_files.h\"

namespace hoplab::web {

std::span<const PageFile> page_files() {
  static constexpr PageFile kFiles[] = {
${rows}  };
  return kFiles;
}

}  // namespace hoplab::web
")
