// The files of page/, as they are in the binary: cmake/page_files.cmake makes page_files.cpp.
#pragma once

#include <span>
#include <string_view>

namespace hoplab::web {

struct PageFile {
  std::string_view path;  // "/main.js"; "/" is index.html
  std::string_view content_type;
  std::string_view text;
};

std::span<const PageFile> page_files();

}  // namespace hoplab::web
