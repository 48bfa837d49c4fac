// The folder that a nightly job keeps its state in.
//
// Covers: what lies where, one job at a time, files and corpora that are replaced whole or not at all, and
// mending what a job that was killed left half done. Does not cover: what is written there (night.hpp).
//
//   night.json       the night under way; absent between nights
//   nights/          a file for each night that came to its end
//   corpus/TARGET/   inputs worth keeping, named by their content
//   crashes/TARGET/  inputs that crashed it; nothing but the job's owner takes any away
//   findings/        what triage made of them
//   logs/, scratch/  of programs that ran; may be deleted between nights
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace poolproof {

// Another job uses the folder.
class FolderBusy : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct Extent {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};
// Of the files in a folder, not below it; nothing where there is none.
Extent extent_of(const std::filesystem::path& folder);

// The file as it was, or with this content, whenever the machine stops. Throws std::system_error.
void write_whole(const std::filesystem::path& file, std::string_view content);
// Throws std::system_error.
std::string read_whole(const std::filesystem::path& file);

class NightFolder {
  public:
    // Makes what is missing of it, and mends it. Throws FolderBusy; std::system_error when the host refuses.
    explicit NightFolder(const std::filesystem::path& root);
    ~NightFolder();
    NightFolder(const NightFolder&) = delete;
    NightFolder& operator=(const NightFolder&) = delete;

    std::filesystem::path under_way() const { return root_ / "night.json"; }
    std::filesystem::path nights() const { return root_ / "nights"; }
    std::filesystem::path findings() const { return root_ / "findings"; }
    std::filesystem::path log(const std::string& name) const { return root_ / "logs" / (name + ".log"); }
    // Made when they are asked for.
    std::filesystem::path corpus(const std::string& target) const;
    std::filesystem::path crashes(const std::string& target) const;
    std::filesystem::path all_crashes() const { return root_ / "crashes"; }
    // A folder of that name that is kept between runs, and one that is empty.
    std::filesystem::path scratch(const std::string& name) const;
    std::filesystem::path empty_scratch(const std::string& name) const;

    // The files of `from` whose content the corpus does not hold yet.
    void add_to_corpus(const std::string& target, const std::filesystem::path& from) const;
    // Files whose content is among the target's crashes leave its corpus, which could not be read to its end
    // with them.
    void drop_crashes_from_corpus(const std::string& target) const;
    // `by` becomes the corpus, and what the corpus was is gone. At any moment one of the two is there.
    void replace_corpus(const std::string& target, const std::filesystem::path& by) const;

  private:
    void mend() const;

    std::filesystem::path root_; // absolute: programs run in other folders
    int lock_ = -1;
};

} // namespace poolproof
