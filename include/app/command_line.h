#pragma once

#include <string>

namespace castor::app {

// The program as its operator calls it: `castor serve`, `castor keys add` … Prints to standard
// output and error; returns the exit status: 0 done, 1 not done, 2 not understood.
int run_command_line(int argc, char** argv, const std::string& program_folder);

}  // namespace castor::app
