// What `poolproof nightly` does with the findings of a night.
//
// Covers: crashes through triage into the record, old crashes that show no more, how often the corpora
// exercise each clause, what the time-to-bug bench last measured. Does not cover: the night
// (night/night_job.hpp).
#pragma once

#include "night/folders.hpp"
#include "report/night.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace poolproof {

struct NightTriage {
    std::filesystem::path build; // whose bin/ has the replay programs
    bool compile = true;         // reproducers
};

// Triages every crash that is kept. Crashes of earlier nights that do not show any more are taken to be
// mended and go to TARGET/mended; a new one that does not show again is a finding. Throws Failure.
void triage_night(Night& night, const NightFolder& folder, const NightTriage& options,
                  const std::function<void(const std::string&)>& progress);

// Plays the corpora of the targets that this process can play, on the night's subject, if it lives in this
// process.
void count_clauses(Night& night, const NightFolder& folder);

// Of the file that `ci/bench faults` wrote; nothing where there is none. Throws Failure (bad_result).
void add_time_to_bug(Night& night, const std::filesystem::path& file);

} // namespace poolproof
