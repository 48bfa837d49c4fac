// The `poolproof` command. Everything it does is in the files beside this one.
#include "cli/commands.hpp"

int main(int argc, char** argv) {
    return poolproof::run_command(argc, argv);
}
