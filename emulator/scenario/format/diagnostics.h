// What is wrong with a scenario file: all of it at once, each with its place.
#pragma once

#include <string>
#include <vector>

#include "model/problem.h"

namespace hoplab::scenario {

struct Diagnostic {
  std::string file;
  int line = 0;            // from 1; 0: no place in the file
  int column = 0;          // from 1, for JSON syntax errors; otherwise 0
  model::Problem problem;  // its path is a JSON pointer (RFC 6901); empty: the whole file
  bool unread = false;     // a value was left out, so judgements that rest on it must wait
};

/// One line without a line end:
/// `x.json:41: /LoadBalancers/alb/Listeners/0/Protocol: found "HTPS"; an application load
/// balancer's listener takes HTTP or HTTPS; did you mean "HTTPS"?`
std::string to_text(const Diagnostic& diagnostic);

/// All of them, a line each, with a line end after each.
std::string to_text(const std::vector<Diagnostic>& diagnostics);

/// The same without files and lines, for who sent a text; no line end after the last.
std::string problems_of(const std::vector<Diagnostic>& diagnostics);

/// By file and line, then by pointer; equal ones once.
void sort_and_deduplicate(std::vector<Diagnostic>& diagnostics);

}  // namespace hoplab::scenario
