// WineSession: Wine, made ready to run the agent, and ended again.
//
// Covers: finding Wine, a prefix of our own that is made once, the limits and settings that keep it quiet,
// the end of everything that was started for it. Does not cover: the agent (wine/).
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace poolproof {

struct WinePlace {
    std::string agent;  // poolproof_wine_agent.exe
    std::string prefix; // folder, made when it is not there
};

// One at a time for each prefix: a second one waits.
class WineSession {
  public:
    // Makes the prefix when it is not there, which takes seconds; `waiting` is called before what takes long.
    // Throws SubjectError when Wine or the agent is missing, or the prefix cannot be made.
    WineSession(WinePlace place, const std::function<void(const std::string&)>& waiting);
    ~WineSession();
    WineSession(const WineSession&) = delete;
    WineSession& operator=(const WineSession&) = delete;

    // What Child starts.
    std::vector<std::string> command() const;

  private:
    void make_prefix();
    int run(const std::string& program, const std::string& arguments) const;

    WinePlace place_;
    std::string folder_; // of Wine's programs
    int lock_ = -1;
};

} // namespace poolproof
