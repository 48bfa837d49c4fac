// Subjects as the command line names them: reference, faulty:NAME, plugin:FILE.so[:ARGUMENT], wine.
//
// Covers: making one, in this process or in one of its own, and the failure that names the known ones. Does
// not cover: the subjects (subjects/, isolation/, wine/).
#pragma once

#include "play/player.hpp"
#include "subjects/registry.hpp"

#include <functional>
#include <memory>
#include <string>

namespace poolproof {

// For --help.
inline constexpr const char* subject_help = "reference, faulty:NAME, plugin:FILE.so[:ARGUMENT] or wine";

// A maker of that subject, on a machine of this setup. Throws Failure (usage) for an unknown name, and for
// one that does not live in this process.
std::function<std::unique_ptr<Subject>()> subject_maker(const std::string& name,
                                                        const ReferenceSetup& setup = {});

// Throws what player_maker() would throw of a name, and starts nothing.
void check_subject(const std::string& name);

// A maker of players on that subject, wherever it lives; the setup is for those of this process. Throws
// Failure (usage) for an unknown name, (missing_input) for a plugin that is not there; what it makes throws
// SubjectError.
std::function<std::unique_ptr<Player>()> player_maker(const std::string& name,
                                                      const ReferenceSetup& setup = {});

// The same name as part of a file name: "faulty-straddles-a-page", "plugin-malloc_plugin.so".
std::string file_name_of_subject(std::string name);

} // namespace poolproof
