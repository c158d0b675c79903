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
  elseif(name MATCHES "[.]svg$")
    set(type image/svg+xml)
  endif()
  file(READ ${file} text)
  string(LENGTH "${text}" left)
  set(at 0)
  set(parts)
  while(at LESS left)
    string(SUBSTRING "${text}" ${at} 8000 part)
    string(APPEND parts "R\"hoplab~(${part})hoplab~\"\n")
    math(EXPR at "${at} + 8000")
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
