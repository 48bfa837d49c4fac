// Many nights as JSON (see nights.hpp).
// Does not cover: the page (nights_html.cpp).
#include "report/nights.hpp"

#include "contract/clause.hpp"
#include "report/json_fields.hpp"
#include "report/night_fields.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace poolproof {
namespace {

// Values by night of the fields of rows: a row of each night goes into its place.
class Columns {
  public:
    // `keys` tell rows apart and stand in the entry as they are.
    Columns(std::size_t nights, std::vector<std::string> keys) : nights_(nights), keys_(std::move(keys)) {}

    void add(std::size_t night, const Json& row) {
        std::string name;
        for (const std::string& key : keys_) {
            name += row[key].get<std::string>() + '\n';
        }
        const auto [place, is_new] = places_.try_emplace(name, entries_.size());
        if (is_new) {
            entries_.push_back(Json::object());
            for (const auto& [key, value] : row.items()) {
                entries_.back()[key] = is_key(key) ? value : Json(std::vector<Json>(nights_));
            }
        }
        for (const auto& [key, value] : row.items()) {
            if (!is_key(key)) {
                entries_[place->second][key][night] = value;
            }
        }
    }

    const Json& entries() const { return entries_; }

  private:
    bool is_key(const std::string& key) const {
        return std::find(keys_.begin(), keys_.end(), key) != keys_.end();
    }

    std::size_t nights_;
    std::vector<std::string> keys_;
    std::map<std::string, std::size_t> places_;
    Json entries_ = Json::array();
};

Json targets_of(const Nights& nights) {
    Columns columns(nights.size(), {"name", "engine"});
    for (std::size_t i = 0; i < nights.size(); ++i) {
        for (const NightTarget& target : nights[i].targets) {
            Json row = JsonWriter::encoded(target);
            if (i + 1 < nights.size()) {
                row["points"] = nullptr;
            }
            columns.add(i, row);
        }
    }
    Json entries = columns.entries();
    for (Json& entry : entries) {
        const Json last = entry["points"].back();
        entry["points"] = last.is_null() ? Json::array() : last;
    }
    return entries;
}

Json time_to_bug_of(const Nights& nights) {
    Columns columns(nights.size(), {"subject", "target"});
    for (std::size_t i = 0; i < nights.size(); ++i) {
        for (const TimeToBug& row : nights[i].time_to_bug) {
            columns.add(i, JsonWriter::encoded(row));
        }
    }
    return columns.entries();
}

// The findings of all nights, each as its last night has it, and where they are found.
struct Followed {
    Json entries = Json::array();
    std::vector<std::set<std::size_t>> of_night; // positions in entries
};

Followed follow(const Nights& nights) {
    Followed followed;
    followed.of_night.resize(nights.size());
    std::map<std::tuple<std::string, std::string, NightKind, std::string>, std::size_t> places;
    for (std::size_t i = 0; i < nights.size(); ++i) {
        for (const NightFinding& finding : nights[i].findings) {
            const auto [place, is_new] = places.try_emplace(
                {finding.target, finding.subject, finding.kind, finding.bucket}, places.size());
            Json entry = JsonWriter::encoded(finding);
            const std::string seen = is_time(finding.first_seen) ? finding.first_seen : nights[i].started;
            Json before = is_new ? Json::object() : followed.entries[place->second];
            entry["first_seen"] = is_new ? seen : std::min(seen, before["first_seen"].get<std::string>());
            entry["last_seen"] = nights[i].started;
            entry["nights"] = is_new ? Json::array() : before["nights"];
            entry["all_crashes"] =
                finding.crashes + (is_new ? 0 : before["all_crashes"].get<std::uint64_t>());
            if (followed.of_night[i].insert(place->second).second) {
                entry["nights"].push_back(i);
            }
            if (is_new) {
                followed.entries.push_back(std::move(entry));
            } else {
                followed.entries[place->second] = std::move(entry);
            }
        }
    }
    for (Json& entry : followed.entries) {
        entry["new"] = nights.size() > 1 && entry["nights"][0] == nights.size() - 1;
    }
    return followed;
}

// Clauses in the order of the contract, then those that this version does not know.
struct ByContract {
    bool operator()(const std::string& a, const std::string& b) const { return key(a) < key(b); }
    static std::pair<unsigned, const std::string&> key(const std::string& id) {
        return {static_cast<unsigned>(clause_index(id)), id};
    }
};

Json clauses_of(const Nights& nights) {
    struct Row {
        std::set<std::size_t> violated;
        std::vector<Json> exercised;
    };
    std::map<std::string, Row, ByContract> rows;
    for (std::size_t i = 0; i < nights.size(); ++i) {
        for (const NightFinding& finding : nights[i].findings) {
            if (finding.kind == NightKind::contract) {
                rows[finding.bucket].violated.insert(i);
            }
        }
        for (const NightClause& clause : nights[i].clauses) {
            Row& row = rows[clause.id];
            row.exercised.resize(nights.size());
            row.exercised[i] = clause.ops;
        }
    }
    Json list = Json::array();
    for (const auto& [id, row] : rows) {
        const int index = clause_index(id);
        list.push_back({{"id", id},
                        {"rule", index < 0 ? "" : all_clauses()[static_cast<std::size_t>(index)].rule},
                        {"violated", row.violated},
                        {"exercised", row.exercised}});
    }
    return list;
}

Json heads_of(const Nights& nights, const Followed& followed) {
    Json list = Json::array();
    for (std::size_t i = 0; i < nights.size(); ++i) {
        const bool last = i + 1 == nights.size();
        Json json = JsonWriter::encoded(nights[i]);
        for (const char* key : {"targets", "clauses", "time_to_bug", "troubles"}) {
            json.erase(key);
        }
        json["seed"] = std::to_string(nights[i].seed); // a script's numbers end at 2^53
        json["outcome"] = name_of(outcome_of(nights[i]));
        json["reasons"] = reasons_of(nights[i]);
        json["findings"] = followed.of_night[i];
        if (!last) {
            json.erase("canaries");
        }
        list.push_back(std::move(json));
    }
    return list;
}

} // namespace

std::string nights_json(const Nights& nights) {
    const Followed followed = follow(nights);
    const Json document = {{"dashboard_format", night_format}, {"nights", heads_of(nights, followed)},
                           {"targets", targets_of(nights)},    {"findings", followed.entries},
                           {"clauses", clauses_of(nights)},    {"time_to_bug", time_to_bug_of(nights)}};
    return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace poolproof
