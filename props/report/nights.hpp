// Many nights as one: what the dashboard shows, as JSON and as a page.
//
// Covers: figures by night, findings and clauses followed from night to night. Does not cover: one night
// (night.hpp), and which files the nights are in (cli/dashboard.cpp).
#pragma once

#include "report/night.hpp"

#include <string>
#include <vector>

namespace poolproof {

// Nights in the order of their starts, at least one. Nights that say the same make the same text; both end
// with a line end.
using Nights = std::vector<Night>;

// Lists by night, null where a night does not say: "targets" and "time_to_bug" hold one entry per row that
// any night has, "findings" one per target, subject, kind and bucket, "clauses" one per clause that was found
// violated or counted. The points over a night and its canaries are the last night's.
std::string nights_json(const Nights& nights);

// One page that needs nothing else.
std::string nights_html(const Nights& nights);

} // namespace poolproof
