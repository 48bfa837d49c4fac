// The whole contract as one deterministic text.
//
// Covers: what contract.lock holds, so that a changed clause shows in a diff and a stale file fails a test.
// Does not cover: listings for readers (cli/).
#pragma once

#include <string>

namespace poolproof {

// A line per field of each clause in contract order, then the register, then the tables; ends with a line
// end. The checked-in copy is made by `poolproof contract --lock > props/contract/contract.lock`.
std::string contract_lock();

} // namespace poolproof
