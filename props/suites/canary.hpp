// A property that must fail, for those who doubt that any would (the nightly job).
#pragma once

namespace poolproof {

// From here on Canary.MustFail is one of the tests. It is none of them otherwise.
void register_canary();

} // namespace poolproof
