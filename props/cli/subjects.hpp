// Subjects as the command line names them.
//
// Covers: making one, and the failure that names the known ones. Does not cover: the subjects (subjects/).
#pragma once

#include "subjects/registry.hpp"

#include <functional>
#include <memory>
#include <string>

namespace poolproof {

// A maker of that subject. Throws Failure (usage) for an unknown name.
std::function<std::unique_ptr<Subject>()> subject_maker(const std::string& name);

// The same name as part of a file name: "faulty-straddles-a-page".
std::string file_name_of_subject(std::string name);

} // namespace poolproof
