// What hoplab recorded of a connection's end, as a question: the same facts as its own captures and
// lines give.
#pragma once

#include "diagnose/diagnosis.h"
#include "topology/emulator.h"

namespace hoplab::diagnose {

Question question_about(const EndRecord& record);

}  // namespace hoplab::diagnose
