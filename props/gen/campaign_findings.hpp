// What is made of the traces that a campaign caught: one shortest trace for each clause, shown again.
#pragma once

#include "gen/campaign_worker.hpp"

namespace poolproof {

// Shrinks each finding on the worker's player, lets each clause have the shortest trace that shows it, plays
// each once more on a subject that `make` makes new, and sorts them: the simplest evidence first.
void shrink_findings(std::vector<Finding>& findings, Worker& worker, const PlayerMaker& make,
                     const CampaignOptions& options);

} // namespace poolproof
