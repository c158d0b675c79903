// The forms of texts in a stage's settings and of API keys (apigateway-features.md 4, 8).
#pragma once

#include "model/text_rule.h"

namespace hoplab::model::rules {

extern const TextRule kStageVariableName;
extern const TextRule kStageVariableValue;
extern const TextRule kApiKeyValue;
extern const TextRule kMethodOfSettings;

}  // namespace hoplab::model::rules
